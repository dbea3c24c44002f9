import { hkdfSync } from 'node:crypto';
import { databaseUrlOf, readSecret, redisUrlOf } from '@studymate/runtime';
import { z } from 'zod';
import type { RelyingParty } from './passkey/passkey.ceremony.ts';
import { type Pepper, parsePeppers } from './password/pepper.ts';

const positive = z.coerce.number().int().positive();

const origins = z
  .string()
  .transform((list) => list.split(',').map((item) => item.trim()))
  .pipe(z.array(z.url()).min(1));

/** Compared letter by letter with what clients ask for, so it must be in the one form that URLs have. */
const redirectUris = origins.refine(
  (list) => list.every((item) => new URL(item).href === item && !/[?#]/.test(item)),
  'must be URLs without query, as browsers write them',
);

const loopback = ['127.0.0.1', 'localhost', '[::1]'];

const providerUrl = z
  .url()
  .transform((url) => url.replace(/\/$/, ''))
  .refine((url) => url.startsWith('https:') || loopback.includes(new URL(url).hostname), 'must be https');

const environmentSchema = z.object({
  AUTH_PORT: z.coerce.number().int().min(0).default(4001),
  PUBLIC_URL: z.url().default('http://127.0.0.1:4000'),
  ACCOUNT_PAGE_URL: z.url().optional(),
  PROVIDER_REDIRECT_URIS: redirectUris.optional(),
  GOOGLE_ISSUER: providerUrl.default('https://accounts.google.com'),
  GOOGLE_CLIENT_ID: z.string().optional(),
  GOOGLE_CLIENT_SECRET: z.string().optional(),
  GITHUB_BASE_URL: providerUrl.default('https://github.com'),
  GITHUB_CLIENT_ID: z.string().optional(),
  GITHUB_CLIENT_SECRET: z.string().optional(),
  PASSKEY_RP_ID: z.string().min(1).optional(),
  PASSKEY_ORIGINS: origins.optional(),
  SIGN_IN_FAILURES_PER_ACCOUNT_AND_ADDRESS: positive.default(10),
  SIGN_IN_FAILURES_PER_ADDRESS: positive.default(20),
  SIGN_IN_FAILURES_PER_ACCOUNT: positive.default(50),
  REGISTRATIONS_PER_ADDRESS: positive.default(600),
  HIBP_URL: providerUrl.optional(),
  ACCOUNT_DELETION_GRACE_DAYS: z.coerce.number().positive().max(90).default(14),
  STUFFING_ACCOUNTS: positive.default(20),
  QUEUE_PREFIX: z.string().default('studymate'),
});

const minute = 60_000;
const dayMs = 86_400_000;

/** One key per use from AUTH_SECRET (HKDF, RFC 5869), so that no two uses share one. */
const keyFor = (secret: string, use: string): string =>
  Buffer.from(hkdfSync('sha256', secret, '', use, 32)).toString('base64');

type Environment = z.output<typeof environmentSchema>;

const accountPageUrlOf = (env: Environment): string =>
  env.ACCOUNT_PAGE_URL ?? `${env.PUBLIC_URL.replace(/\/$/, '')}/sandbox`;

/** Passkeys belong to a domain, never to an address: what runs on the loopback address is `localhost` to them. */
function relyingPartyOf(env: Environment): RelyingParty {
  const page = new URL(accountPageUrlOf(env));
  if (page.hostname === '127.0.0.1') page.hostname = 'localhost';
  return { id: env.PASSKEY_RP_ID ?? page.hostname, origins: env.PASSKEY_ORIGINS ?? [page.origin] };
}

function redirectUrisOf(env: Environment): readonly string[] {
  if (env.PROVIDER_REDIRECT_URIS) return env.PROVIDER_REDIRECT_URIS;
  const { origin, pathname } = new URL(accountPageUrlOf(env));
  return [`${origin}${pathname}`];
}

/** Its keys; null unless both are given. */
const credentialsOf = (clientId: string | undefined, clientSecret: string | undefined) =>
  clientId && clientSecret ? { clientId, clientSecret } : null;

function providersOf(env: Environment) {
  const google = credentialsOf(env.GOOGLE_CLIENT_ID, env.GOOGLE_CLIENT_SECRET);
  const github = credentialsOf(env.GITHUB_CLIENT_ID, env.GITHUB_CLIENT_SECRET);
  return {
    redirectUris: redirectUrisOf(env),
    google: google && { ...google, issuer: env.GOOGLE_ISSUER },
    github: github && { ...github, baseUrl: env.GITHUB_BASE_URL },
  };
}

export const configSchema = environmentSchema.transform((env) => ({
  port: env.AUTH_PORT,
  /** Where the links in mails lead; a web application takes over by ACCOUNT_PAGE_URL. */
  accountPageUrl: accountPageUrlOf(env),
  relyingParty: relyingPartyOf(env),
  /** The range API of Pwned Passwords; null: not asked. */
  breachedPasswordsUrl: env.HIBP_URL ?? null,
  /** For how long a deletion can be canceled. */
  deletionGraceMs: env.ACCOUNT_DELETION_GRACE_DAYS * dayMs,
  providers: providersOf(env),
  limits: {
    /** Wrong passwords for one account from one network. */
    accountAndAddress: { limit: env.SIGN_IN_FAILURES_PER_ACCOUNT_AND_ADDRESS, windowMs: 15 * minute },
    /** Wrong passwords from one network, whatever the account. */
    address: { limit: env.SIGN_IN_FAILURES_PER_ADDRESS, windowMs: minute },
    /** Wrong passwords for one account from all unknown places together. */
    account: { limit: env.SIGN_IN_FAILURES_PER_ACCOUNT, windowMs: 60 * minute },
    /** Accounts guessed at in ten minutes from devices they do not know, before that counts as stuffing. */
    stuffing: { manyAccounts: env.STUFFING_ACCOUNTS, prefix: env.QUEUE_PREFIX },
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
