import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { newRowId } from '@studymate/contracts';
import type { SigningKey } from '@studymate/database/auth';
import type { FieldCipher } from '@studymate/database/encryption';
import type { SigningKeyRepository } from './signing-key.repository.ts';

const hourMs = 3_600_000;
const rotateAfterMs = 30 * 24 * hourMs;
/** A new key is published this long before it signs, so that every verifier has it by then. */
const publishedAheadMs = hourMs;
/** An old key stays published this long after the new one signs: longer than any access token lives. */
const overlapMs = hourMs;
const readAgainMs = 30_000;

const placeOf = (id: string) => ({ table: 'SigningKey', column: 'privateCipher', rowId: id });

/** The key that signs at an instant: the youngest that is active. Keys come the youngest first. */
export const signingKeyAt = <K extends { readonly activeFrom: Date }>(
  keys: readonly K[],
  at: Date,
): K | null => keys.find(({ activeFrom }) => activeFrom <= at) ?? null;

export const isRotationDue = (youngest: { readonly createdAt: Date } | null, at: Date): boolean =>
  !youngest || at.getTime() - youngest.createdAt.getTime() >= rotateAfterMs;

export interface Signer {
  readonly keyId: string;
  readonly privateKey: KeyObject;
}

/**
 * The Ed25519 keys of access tokens: private halves encrypted in the database, public halves published as a
 * JWKS (RFC 7517). A new key is published an hour before it signs; an old one stays for an hour after.
 */
export function createSigningKeys(repository: SigningKeyRepository, cipher: FieldCipher) {
  let known: { readonly keys: readonly SigningKey[]; readonly readAt: number } | null = null;
  const opened = new Map<string, KeyObject>();

  const newKey = (at: Date, activeFrom: Date) => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const id = newRowId();
    const secret = privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64');
    const { kty = '', crv = '', x = '' } = publicKey.export({ format: 'jwk' });
    return {
      id,
      publicKey: { kty, crv, x, kid: id, alg: 'EdDSA', use: 'sig' },
      privateCipher: cipher.encrypt(placeOf(id), secret),
      createdAt: at,
      activeFrom,
    };
  };

  /** Makes the first key, active at once, or the next one when the youngest is 30 days old. */
  const rotateWhenDue = async (at: Date): Promise<boolean> => {
    const isFirst = (await repository.listPublished(at)).length === 0;
    const activeFrom = new Date(at.getTime() + (isFirst ? 0 : publishedAheadMs));
    const added = await repository.addWhenNeeded(
      (youngest) => isRotationDue(youngest, at),
      newKey(at, activeFrom),
      new Date(activeFrom.getTime() + overlapMs),
    );
    if (added) known = null;
    return added;
  };

  const published = async (at: Date): Promise<readonly SigningKey[]> => {
    if (!known || Date.now() - known.readAt > readAgainMs) {
      known = { keys: await repository.listPublished(at), readAt: Date.now() };
    }
    return known.keys;
  };

  const open = ({ id, privateCipher }: SigningKey): KeyObject => {
    const existing = opened.get(id);
    if (existing) return existing;
    const der = Buffer.from(cipher.decrypt(placeOf(id), privateCipher), 'base64');
    const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
    opened.set(id, key);
    return key;
  };

  return {
    rotateWhenDue,
    async signer(at: Date): Promise<Signer> {
      if ((await published(at)).length === 0) await rotateWhenDue(at);
      const keys = await published(at);
      const key = signingKeyAt(keys, at) ?? keys.at(-1);
      if (!key) throw new Error('There is no signing key.');
      return { keyId: key.id, privateKey: open(key) };
    },
    async jwks(at: Date): Promise<{ keys: unknown[] }> {
      return { keys: (await published(at)).map(({ publicKey }) => publicKey) };
    },
  };
}

export type SigningKeys = ReturnType<typeof createSigningKeys>;
