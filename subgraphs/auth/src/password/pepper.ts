import { createHmac } from 'node:crypto';
import { isProduction } from '@studymate/runtime';

const minBytes = 32;
const developmentPepper = `1:${Buffer.alloc(minBytes, 'never in production').toString('base64')}`;

/** A server secret mixed into every password, so that a stolen database alone cannot be searched. */
export interface Pepper {
  readonly version: number;
  readonly key: Buffer;
}

/** PASSWORD_PEPPERS: `version:base64` pairs parted by commas; the highest version is used for new passwords. */
export function parsePeppers(env: NodeJS.ProcessEnv): Pepper[] {
  const text = env.PASSWORD_PEPPERS ?? developmentPepper;
  if (isProduction(env) && text === developmentPepper) {
    throw new Error('PASSWORD_PEPPERS must be set in production: `version:base64` with 32 random bytes.');
  }
  const peppers = text.split(',').map((entry) => {
    const [version = '', encoded = ''] = entry.trim().split(':');
    return { version: Number(version), key: Buffer.from(encoded, 'base64') };
  });
  if (peppers.some(({ version, key }) => !Number.isInteger(version) || key.length < minBytes)) {
    throw new Error(
      'PASSWORD_PEPPERS must be `version:base64` pairs of at least 32 bytes, parted by commas.',
    );
  }
  return peppers.sort((left, right) => right.version - left.version);
}

export const applyPepper = ({ key }: Pepper, password: string): string =>
  createHmac('sha256', key).update(password, 'utf8').digest('base64');
