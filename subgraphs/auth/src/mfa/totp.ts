import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

export const stepSeconds = 30;
const digits = 6;
const secretBytes = 20;
/** Steps before and after the current one whose codes count, for clocks that run apart. */
const tolerance = 1;
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** RFC 4648 base32 without padding. */
export function encodeBase32(bytes: Uint8Array): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  const groups = bits.match(/.{1,5}/g) ?? [];
  return groups.map((group) => alphabet.charAt(Number.parseInt(group.padEnd(5, '0'), 2))).join('');
}

/** Reads RFC 4648 base32, with or without padding and in either case; throws on any other character. */
export function decodeBase32(text: string): Buffer {
  const bits = [...text.toUpperCase().replace(/=+$/, '')]
    .map((character) => {
      const value = alphabet.indexOf(character);
      if (value < 0) throw new Error('Not base32.');
      return value.toString(2).padStart(5, '0');
    })
    .join('');
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
}

/** A fresh 160-bit secret in base32, the length RFC 4226 (section 4, R6) recommends. */
export const newTotpSecret = (): string => encodeBase32(randomBytes(secretBytes));

/** HOTP (RFC 4226, section 5.3) with HMAC-SHA-1. */
export function hotp(secret: Uint8Array, counter: number, length = digits): string {
  const message = Buffer.alloc(8);
  message.writeBigUInt64BE(BigInt(counter));
  const digest = createHmac('sha1', secret).update(message).digest();
  const offset = digest.readUInt8(digest.length - 1) & 0xf;
  const truncated = digest.readUInt32BE(offset) & 0x7fffffff;
  return String(truncated % 10 ** length).padStart(length, '0');
}

/** The time step (RFC 6238, section 4.2: T0 = 0, X = 30 s) that an instant lies in. */
export const stepAt = (instant: Date): number => Math.floor(instant.getTime() / 1000 / stepSeconds);

const sameCode = (given: string, expected: string): boolean =>
  given.length === expected.length && timingSafeEqual(Buffer.from(given), Buffer.from(expected));

export interface TotpAttempt {
  /** Base32. */
  readonly secret: string;
  readonly code: string;
  readonly at: Date;
  /** The newest step whose code was accepted before, if any. */
  readonly lastUsedStep: number | null;
}

/**
 * The time step that the code belongs to, when it is right, at most one step off, and newer than the last one
 * used; else null. Whoever accepts it must record the step, so that the code does not work again.
 */
export function matchTotp({ secret, code, at, lastUsedStep }: TotpAttempt): number | null {
  const typed = code.replaceAll(/\s/g, '');
  if (!/^\d{6}$/.test(typed)) return null;
  const key = decodeBase32(secret);
  const now = stepAt(at);
  let matched: number | null = null;
  for (let step = now - tolerance; step <= now + tolerance; step += 1) {
    if (sameCode(typed, hotp(key, step)) && step > (lastUsedStep ?? -1)) matched ??= step;
  }
  return matched;
}

/** What an authenticator app scans (Key Uri Format). */
export function otpauthUri({
  account,
  secret,
}: {
  readonly account: string;
  readonly secret: string;
}): string {
  const query = new URLSearchParams({
    secret,
    issuer: 'StudyMate',
    algorithm: 'SHA1',
    digits: String(digits),
    period: String(stepSeconds),
  });
  return `otpauth://totp/StudyMate:${encodeURIComponent(account)}?${query}`;
}
