import { createHmac, timingSafeEqual } from 'node:crypto';

const idBytes = 16;
const proofBytes = 24;

/** What a token is good for: one made for one purpose is nothing for another. */
export type TokenPurpose =
  | 'VERIFY_REGISTRATION'
  | 'RESET_PASSWORD'
  | 'VERIFY_NEW_EMAIL'
  | 'REFRESH'
  | 'ACCESS_TOKEN'
  | 'PARTNER_CLIENT'
  | 'PASSKEY_REGISTRATION'
  | 'PASSKEY_SIGN_IN'
  | 'PROVIDER_STATE'
  | 'PROVIDER_NONCE'
  | 'PROVIDER_VERIFIER'
  | 'SIGN_IN_CODE';

const codeDigits = 8;

/**
 * Tokens that are never stored: 16 bytes of a row's id (a UUID) and 192 bits of an HMAC-SHA-256 over purpose
 * and id. Whoever holds the row and the secret can make the token again; the row alone is worth nothing.
 */
export function createTokenDeriver(secret: string) {
  const proofOf = (purpose: TokenPurpose, id: string): Buffer =>
    createHmac('sha256', secret).update(`${purpose}|${id}`).digest().subarray(0, proofBytes);

  const codeOf = (purpose: TokenPurpose, rowId: string): string => {
    const number = proofOf(purpose, rowId).readBigUInt64BE() % 10n ** BigInt(codeDigits);
    return String(number).padStart(codeDigits, '0');
  };

  return {
    /** Eight digits, for who types them by hand: whoever takes them has to bound the guesses. */
    deriveCode: codeOf,
    isCode: (purpose: TokenPurpose, { rowId, code }: { readonly rowId: string; readonly code: string }) => {
      const given = Buffer.from(code.replaceAll(/\s/g, ''));
      const expected = Buffer.from(codeOf(purpose, rowId));
      return given.length === expected.length && timingSafeEqual(given, expected);
    },
    derive: (purpose: TokenPurpose, rowId: string): string =>
      Buffer.concat([Buffer.from(rowId.replaceAll('-', ''), 'hex'), proofOf(purpose, rowId)]).toString(
        'base64url',
      ),

    /** The id of the row the token belongs to, or null when we did not make it for this purpose. */
    findRowId(purpose: TokenPurpose, token: string): string | null {
      const bytes = Buffer.from(token, 'base64url');
      if (bytes.length !== idBytes + proofBytes || bytes.toString('base64url') !== token) return null;
      const hex = bytes.subarray(0, idBytes).toString('hex');
      const id = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
      return timingSafeEqual(bytes.subarray(idBytes), proofOf(purpose, id)) ? id : null;
    },
  };
}

export type TokenDeriver = ReturnType<typeof createTokenDeriver>;
