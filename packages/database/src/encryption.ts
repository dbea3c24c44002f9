import { createHmac } from 'node:crypto';
import { readSecret } from '@studymate/runtime';
import { readFieldKeys } from './field-keys.ts';
import { type FieldPlace, keyIdOf, openValue, sealValue } from './sealed-value.ts';

export { createEnvelope, type Envelope, shredKeys } from './envelope.ts';
export type { FieldPlace } from './sealed-value.ts';

/**
 * Encrypts keys by the keys of this installation, and indexes what is encrypted. What belongs to somebody is sealed
 * with a key of theirs (`createEnvelope`), which this cipher wraps. Keys come from FIELD_KEYS or FIELD_KEYS_FILE
 * (`id:base64,…`): the first encrypts, all decrypt. FIELD_INDEX_SECRET keys the blind index.
 */
export function createFieldCipher(env: NodeJS.ProcessEnv = process.env) {
  const keys = readFieldKeys(env);
  // A key of its own: an index must stay comparable while the others rotate.
  const indexKey = readSecret('FIELD_INDEX_SECRET', env);

  return {
    encrypt: (place: FieldPlace, plaintext: string): string => sealValue(keys.current(), place, plaintext),

    /** Throws when the value was altered, moved to another place, or its key is not among FIELD_KEYS. */
    decrypt(place: FieldPlace, encrypted: string): string {
      const key = keys.find(keyIdOf(encrypted));
      if (!key) throw new Error(`No key ${keyIdOf(encrypted)} for ${place.table}.${place.column}.`);
      return openValue(key, place, encrypted);
    },

    /** True when a value should be written again because an older key encrypted it. */
    isStale: (encrypted: string): boolean => keyIdOf(encrypted) !== keys.current().id,

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
