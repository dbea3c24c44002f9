import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from '@jest/globals';
import { newRowId, type Viewer, viewerSchema } from '@studymate/contracts';
import { type AuthClient, connectAuth } from '@studymate/database/auth';
import { asker, follower, liveChanges, testDatabase } from '@studymate/testkit';
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose';
import { createContext } from '../src/context.ts';
import { sendAccountMail } from '../src/mail/account-mail.delivery.ts';
import { connectRedis } from '../src/redis.ts';
import { createResources } from '../src/resources.ts';
import type { AddressData } from '../src/risk/address-data.ts';
import { schema } from '../src/schema.ts';

export interface SentMail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

export interface Place {
  readonly ipAddress?: string;
  readonly userAgent?: string;
  /** Milliseconds after the world's start. */
  readonly later?: number;
}

export const strongPassword = 'quietly humming turbines';

const signInAnswer = `
  __typename
  ... on AuthTokens { accessToken refreshToken refreshTokenExpiresAt session { id authLevel } user { id displayName } }
  ... on MfaChallenge { challengeToken methods }
  ... on RateLimitedError { retryAfterSeconds }
  ... on AccountLockedError { unlocksAt }
  ... on ValidationError { constraint }
  ... on UserError { code message path }`;

export const documents = {
  register: `mutation ($input: RegisterInput!) { answer: register(input: $input) {
    __typename ... on RegistrationAccepted { email verificationExpiresAt }
    ... on ValidationError { constraint } ... on UserError { code message path } } }`,
  verifyEmail: `mutation ($token: String!) { answer: verifyEmail(token: $token) { ${signInAnswer} } }`,
  signIn: `mutation ($email: String!, $password: String!, $deviceName: String) {
    answer: signIn(email: $email, password: $password, deviceName: $deviceName) { ${signInAnswer} } }`,
  completeMfa: `mutation ($challengeToken: String!, $code: String!) {
    answer: completeMfa(challengeToken: $challengeToken, code: $code) { ${signInAnswer} } }`,
  resetPassword: `mutation ($token: String!, $newPassword: String!) {
    answer: resetPassword(token: $token, newPassword: $newPassword) { ${signInAnswer} } }`,
  refresh: `mutation ($refreshToken: String!) { answer: refreshSession(refreshToken: $refreshToken) {
    __typename ... on AuthTokens { accessToken refreshToken session { id } }
    ... on TokenReusedError { revokedSessionCount } ... on UserError { code } } }`,
} as const;

/** A fresh database and Redis, an outbox of mails, and the ways to ask. Call it at the top of a test file. */
export async function authWorld(env: NodeJS.ProcessEnv = {}, addresses?: AddressData) {
  const postgres = await testDatabase('auth');
  const database = connectAuth(postgres.url);
  const redis = connectRedis(process.env.REDIS_URL ?? '');
  const mails: SentMail[] = [];
  const mailer = { sendMail: async (mail: SentMail) => mails.push(mail) };
  const objectsDirectory = mkdtempSync(join(tmpdir(), 'auth-objects-'));
  // Guesses of other test files are counted in the same Redis: they are no attack on this one.
  const unattacked = { STUFFING_ACCOUNTS: '1000000' };
  const settings = { ...process.env, OBJECTS_DIRECTORY: objectsDirectory, ...unattacked, ...env };
  const resources = createResources({ database, redis, mailer, ...(addresses && { addresses }) }, settings);
  const startedAt = Date.now();
  const live = liveChanges();

  beforeAll(() => redis.connect());
  afterAll(async () => {
    redis.disconnect();
    await database.$disconnect();
    rmSync(objectsDirectory, { recursive: true });
  });

  const contextAt = (viewer: Viewer | null, place: Place = {}, client: AuthClient = database) =>
    createContext({
      database: client,
      resources,
      viewer,
      ...live,
      now: () => new Date(startedAt + (place.later ?? 0)),
      ipAddress: place.ipAddress ?? '192.0.2.1',
      userAgent: place.userAgent ?? 'Mozilla/5.0 Firefox/140.0',
    });
  const askAt = (place: Place = {}, client: AuthClient = database) =>
    asker(schema, (viewer) => contextAt(viewer, place, client));
  const ask = askAt();

  const deliverMails = async (place: Place = {}) => {
    const waiting = await database.accountMail.findMany({
      where: { sentAt: null, supersededAt: null },
      orderBy: { id: 'asc' },
    });
    for (const { id } of waiting) await sendAccountMail(contextAt(null, place), id);
  };
  const mailsTo = (address: string) => mails.filter(({ to }) => to === address);

  /** The token of the newest mail to the address: it stands alone on its line. */
  const tokenFor = async (address: string, place: Place = {}): Promise<string> => {
    await deliverMails(place);
    const token = /^[\w-]{54}$/m.exec(mailsTo(address).at(-1)?.text ?? '')?.[0];
    if (token === undefined) throw new Error(`No token was mailed to ${address}.`);
    return token;
  };

  /** The viewer that a gateway makes of an access token, once its signature and claims hold. */
  const viewerOf = async (accessToken: string): Promise<Viewer> => {
    const keys = (await resources.signingKeys.jwks(new Date())) as JSONWebKeySet;
    const { payload } = await jwtVerify(accessToken, createLocalJWKSet(keys), {
      issuer: 'studymate',
      audience: 'studymate-api',
      algorithms: ['EdDSA'],
      typ: 'at+jwt',
      currentDate: new Date(startedAt),
      clockTolerance: 1e9,
    });
    return viewerSchema.parse({
      id: payload.sub,
      roles: payload.roles,
      scopes: String(payload.scope).split(' '),
      sessionId: payload.sid,
      authLevel: payload.auth_level,
      emailVerified: payload.email_verified,
      locale: payload.locale,
      timeZone: payload.zoneinfo,
      dayStartMinutes: payload.day_start,
      provenAt: new Date(Number(payload.auth_time) * 1000).toISOString(),
    });
  };

  /** A verified learner nobody has met before, signed in. */
  const someUser = async ({ displayName = 'Quick Fox' } = {}, place: Place = {}) => {
    const email = `${newRowId()}@example.org`;
    const input = { email, password: strongPassword, displayName, timeZone: 'Asia/Seoul', locale: 'ko-KR' };
    await askAt(place)(null, documents.register, { input });
    const token = await tokenFor(email);
    const { data } = await askAt(place)(null, documents.verifyEmail, { token });
    const { accessToken, refreshToken } = data.answer;
    return { email, accessToken, refreshToken, viewer: await viewerOf(accessToken) };
  };

  const signIn = async (email: string, password: string, place: Place = {}) =>
    (await askAt(place)(null, documents.signIn, { email, password })).data.answer;

  return {
    url: postgres.url,
    database,
    redis,
    resources,
    mails,
    ask,
    askAt,
    follow: follower(schema, (viewer) => contextAt(viewer)),
    contextAt,
    deliverMails,
    mailsTo,
    tokenFor,
    viewerOf,
    someUser,
    signIn,
  };
}
