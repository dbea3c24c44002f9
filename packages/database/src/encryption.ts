import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';
import { readSecret } from '@studymate/runtime';
import { readFieldKeys } from './field-keys.ts';

const nonceBytes = 12;
const tagBytes = 16;

/** Where an encrypted value lives: it can be read there and nowhere else. */
export interface FieldPlace {
  readonly table: string;
  readonly column: string;
  readonly rowId: string;
}

const boundTo = ({ table, column, rowId }: FieldPlace, keyId: string) =>
  Buffer.from([table, column, rowId, keyId].join('|'));

/**
 * Encrypts single columns with AES-256-GCM (NIST SP 800-38D) as `v1.<key id>.<nonce>.<ciphertext and tag>`,
 * bound to table, column, row and key, so that a value moved elsewhere does not decrypt. Keys come from
 * FIELD_KEYS or FIELD_KEYS_FILE (`id:base64,…`): the first encrypts, all decrypt. FIELD_INDEX_SECRET keys the blind index.
 */
export function createFieldCipher(env: NodeJS.ProcessEnv = process.env) {
  const keys = readFieldKeys(env);
  // A key of its own: an index must stay comparable while data keys rotate.
  const indexKey = readSecret('FIELD_INDEX_SECRET', env);

  return {
    encrypt(place: FieldPlace, plaintext: string): string {
      const current = keys.current();
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv('aes-256-gcm', current.key, nonce);
      cipher.setAAD(boundTo(place, current.id));
      const sealed = Buffer.concat([cipher.update(plaintext, 'utf8'), cipher.final(), cipher.getAuthTag()]);
      return ['v1', current.id, nonce.toString('base64url'), sealed.toString('base64url')].join('.');
    },

    /** Throws when the value was altered, moved to another place, or its key is not among FIELD_KEYS. */
    decrypt(place: FieldPlace, encrypted: string): string {
      const [format, keyId = '', nonce = '', sealed = ''] = encrypted.split('.');
      const key = keys.find(keyId)?.key;
      if (format !== 'v1' || !key) throw new Error(`No key ${keyId} for ${place.table}.${place.column}.`);
      const bytes = Buffer.from(sealed, 'base64url');
      const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(nonce, 'base64url'), {
        authTagLength: tagBytes,
      });
      decipher.setAAD(boundTo(place, keyId));
      decipher.setAuthTag(bytes.subarray(-tagBytes));
      return decipher.update(bytes.subarray(0, -tagBytes), undefined, 'utf8') + decipher.final('utf8');
    },

    /** True when a value should be written again because an older key encrypted it. */
    isStale: (encrypted: string): boolean => encrypted.split('.')[1] !== keys.current().id,

    /** A keyed hash (HMAC-SHA-256, 128 bits) by which equal values are found without being readable. */
    blindIndex: (column: string, value: string): string =>
      createHmac('sha256', indexKey)
        .update(`${column}|${value.normalize('NFKC')}`)
        .digest()
        .subarray(0, 16)
        .toString('base64url'),
  };
}

export type FieldCipher = ReturnType<typeof createFieldCipher>;
