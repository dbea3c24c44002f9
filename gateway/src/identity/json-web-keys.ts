import type { Clock, Logger } from '@studymate/runtime';
import { importJWK, type JWK } from 'jose';
import { z } from 'zod';

const text = z.string().optional();
/** Public members only: whatever else a key holds is not ours to publish. */
const keySchema = z.object({
  kty: z.string(),
  kid: text,
  alg: text,
  use: text,
  crv: text,
  x: text,
  y: text,
  n: text,
  e: text,
});
const keySetSchema = z.object({ keys: z.array(keySchema) });

/** A key set is asked for again when it is this old, and sooner for an unknown key, but never more often than this. */
const freshMs = 300_000;
const minRefetchMs = 30_000;
const requestTimeoutMs = 2_000;

type PublicKey = z.output<typeof keySchema>;

export type VerificationKey = Awaited<ReturnType<typeof importJWK>>;

export interface JsonWebKeys {
  find(keyId: string): Promise<VerificationKey | null>;
  /** The key set as published; null while it was never reached. */
  published(): Promise<string | null>;
}

export interface JsonWebKeysOptions {
  /** Where the keys are now; null while that is not known. */
  readonly url: () => string | null;
  readonly now: Clock;
  readonly logger: Logger;
}

/** Public keys by their id, from a JWKS document (RFC 7517). What was known stays known while the source is away. */
export function createJsonWebKeys({ url, now, logger }: JsonWebKeysOptions): JsonWebKeys {
  let keys = new Map<string, PublicKey>();
  let document: string | null = null;
  let askedAt = Number.NEGATIVE_INFINITY;
  let asking: Promise<void> | null = null;

  const ask = async () => {
    const source = url();
    if (source === null) return;
    try {
      const response = await fetch(source, {
        signal: AbortSignal.timeout(requestTimeoutMs),
        redirect: 'error',
      });
      if (!response.ok) throw new Error(`status ${response.status}`);
      const body: unknown = await response.json();
      const read = keySetSchema.parse(body);
      keys = new Map(read.keys.flatMap((key) => (key.kid === undefined ? [] : [[key.kid, key]])));
      document = JSON.stringify(read);
    } catch (error) {
      // The first keys are asked for again soon: no token can be checked without any.
      if (document === null) askedAt = now().getTime() - minRefetchMs + 1_000;
      logger.warn({ reason: String(error) }, 'the key set could not be read');
    }
  };

  const refresh = async () => {
    asking ??= ask().finally(() => {
      asking = null;
    });
    await asking;
  };

  const refreshIfDue = async (minAgeMs: number) => {
    if (asking) return asking;
    const at = now().getTime();
    if (at - askedAt < minAgeMs) return;
    askedAt = at;
    await refresh();
  };

  return {
    find: async (keyId) => {
      if (keys.has(keyId)) {
        void refreshIfDue(freshMs);
      } else {
        await refreshIfDue(minRefetchMs);
      }
      const key = keys.get(keyId);
      return key ? importJWK(key as JWK, key.alg ?? (key.kty === 'OKP' ? 'EdDSA' : 'RS256')) : null;
    },
    published: async () => {
      await refreshIfDue(document === null ? minRefetchMs : freshMs);
      return document;
    },
  };
}
