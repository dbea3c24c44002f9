import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const format = 'v1';
const nonceBytes = 12;
const tagBytes = 16;

/** Where an encrypted value lives: it can be read there and nowhere else. */
export interface FieldPlace {
  readonly table: string;
  readonly column: string;
  readonly rowId: string;
}

/** A 32-byte key and the name that its values carry. */
export interface NamedKey {
  readonly id: string;
  readonly key: Buffer;
}

const boundTo = ({ table, column, rowId }: FieldPlace, keyId: string) =>
  Buffer.from([table, column, rowId, keyId].join('|'));

/** The name of the key that a sealed value needs. */
export const keyIdOf = (sealed: string): string => sealed.split('.')[1] ?? '';

/**
 * AES-256-GCM (NIST SP 800-38D) as `v1.<key id>.<nonce>.<ciphertext and tag>`, bound to table, column, row and key, so
 * that a value moved elsewhere does not open.
 */
export function sealValue({ id, key }: NamedKey, place: FieldPlace, plaintext: string): string {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(boundTo(place, id));
  const sealed = Buffer.concat([cipher.update(plaintext, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return [format, id, nonce.toString('base64url'), sealed.toString('base64url')].join('.');
}

/** Throws when the value was altered or moved, or when it is another key's. */
export function openValue({ id, key }: NamedKey, place: FieldPlace, sealed: string): string {
  const [version, keyId, nonce = '', body = ''] = sealed.split('.');
  if (version !== format || keyId !== id)
    throw new Error(`${place.table}.${place.column} is not sealed by ${id}.`);
  const bytes = Buffer.from(body, 'base64url');
  const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(nonce, 'base64url'), {
    authTagLength: tagBytes,
  });
  decipher.setAAD(boundTo(place, id));
  decipher.setAuthTag(bytes.subarray(-tagBytes));
  return decipher.update(bytes.subarray(0, -tagBytes), undefined, 'utf8') + decipher.final('utf8');
}
