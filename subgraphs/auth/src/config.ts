import { hkdfSync } from 'node:crypto';
import { databaseUrlOf, readSecret, redisUrlOf } from '@studymate/runtime';
import { z } from 'zod';
import { type Pepper, parsePeppers } from './password/pepper.ts';

const positive = z.coerce.number().int().positive();

const environmentSchema = z.object({
  AUTH_PORT: z.coerce.number().int().min(0).default(4001),
  PUBLIC_URL: z.url().default('http://127.0.0.1:4000'),
  ACCOUNT_PAGE_URL: z.url().optional(),
  SIGN_IN_FAILURES_PER_ACCOUNT_AND_ADDRESS: positive.default(10),
  SIGN_IN_FAILURES_PER_ADDRESS: positive.default(20),
  SIGN_IN_FAILURES_PER_ACCOUNT: positive.default(50),
  REGISTRATIONS_PER_ADDRESS: positive.default(600),
});

const minute = 60_000;

/** One key per use from AUTH_SECRET (HKDF, RFC 5869), so that no two uses share one. */
const keyFor = (secret: string, use: string): string =>
  Buffer.from(hkdfSync('sha256', secret, '', use, 32)).toString('base64');

export const configSchema = environmentSchema.transform((env) => ({
  port: env.AUTH_PORT,
  /** Where the links in mails lead; a web application takes over by ACCOUNT_PAGE_URL. */
  accountPageUrl: env.ACCOUNT_PAGE_URL ?? `${env.PUBLIC_URL.replace(/\/$/, '')}/sandbox`,
  limits: {
    /** Wrong passwords for one account from one network. */
    accountAndAddress: { limit: env.SIGN_IN_FAILURES_PER_ACCOUNT_AND_ADDRESS, windowMs: 15 * minute },
    /** Wrong passwords from one network, whatever the account. */
    address: { limit: env.SIGN_IN_FAILURES_PER_ADDRESS, windowMs: minute },
    /** Wrong passwords for one account from all unknown places together. */
    account: { limit: env.SIGN_IN_FAILURES_PER_ACCOUNT, windowMs: 60 * minute },
    registrations: { limit: env.REGISTRATIONS_PER_ADDRESS, windowMs: 60 * minute },
  },
}));

export type Config = z.output<typeof configSchema>;

export interface Secrets {
  readonly tokens: string;
  readonly challenges: string;
  readonly hashes: string;
  readonly peppers: readonly Pepper[];
}

/** AUTH_SECRET and PASSWORD_PEPPERS; in production both must be given. */
export function readSecrets(env: NodeJS.ProcessEnv): Secrets {
  const secret = readSecret('AUTH_SECRET', env);
  return {
    tokens: keyFor(secret, 'tokens'),
    challenges: keyFor(secret, 'challenges'),
    hashes: keyFor(secret, 'hashes'),
    peppers: parsePeppers(env),
  };
}

export const readUrls = (env: NodeJS.ProcessEnv) => ({
  database: databaseUrlOf('auth', env),
  redis: redisUrlOf(env),
});
