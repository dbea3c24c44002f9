import { createHmac, randomBytes } from 'node:crypto';
import { encodeBase32 } from './totp.ts';

const codeCount = 10;
const codeBytes = 10;

/** Ten codes of 80 random bits each, in groups of four characters. */
export const newRecoveryCodes = (): string[] =>
  Array.from({ length: codeCount }, () =>
    (encodeBase32(randomBytes(codeBytes)).match(/.{4}/g) ?? []).join('-').toLowerCase(),
  );

/** The form in which a code is stored; however it was typed. */
export const hashRecoveryCode = (code: string, key: string): string =>
  createHmac('sha256', key)
    .update(`recovery|${code.toLowerCase().replaceAll(/[^a-z0-9]/g, '')}`)
    .digest('base64url');
