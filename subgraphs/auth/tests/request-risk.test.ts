import { describe, expect, it } from '@jest/globals';
import type { Viewer } from '@studymate/contracts';
import { decodeBase32, hotp, stepAt } from '../src/mfa/totp.ts';
import { createAddressData } from '../src/risk/address-data.ts';
import { parsePlaceOverrides } from '../src/risk/place-overrides.ts';
import { assessRequest } from '../src/risk/request-risk.service.ts';
import { authWorld, documents, type Place, strongPassword } from './world.ts';

const findOverride = parsePlaceOverrides('{"198.51.100.0/24": "KR", "203.0.113.0/24": "CH"}');
const denied = '203.0.113.66';
const world = await authWorld(
  {},
  createAddressData({ findPlace: () => null, findOverride, isDenylisted: (address) => address === denied }),
);
const blind = await authWorld({}, { describe: world.resources.addresses.describe, knowsPlaces: false });
const { askAt, database } = world;
const startedAt = world.contextAt(null).now();
const firefox = 'Mozilla/5.0 Firefox/140.0';
const seoul = { ipAddress: '198.51.100.7', userAgent: firefox };
const zurich = { ipAddress: '203.0.113.7', userAgent: firefox };
const thief = { ipAddress: '203.0.113.9', userAgent: 'Mozilla/5.0 Chrome/139.0' };
const minutes = (count: number) => count * 60_000;

const assess = ({ sessionId, id }: Viewer, place: Place, isSensitive = false) =>
  assessRequest(world.contextAt(null, place), { sessionId, userId: id, isSensitive });
const linesOf = (userId: string, outcome: 'MFA_REQUIRED' | 'REFUSED') =>
  database.loginEvent.findMany({ where: { userId, outcome, method: 'ACCESS_TOKEN' } });

const enroll =
  'mutation { answer: enrollTotp(label: "phone") { ... on TotpEnrollment { factorId secret } } }';
const confirm = `mutation ($id: ID!, $code: String!) { confirmFactor(factorId: $id, code: $code) { __typename } }`;
const stepUp = 'mutation ($code: String) { answer: stepUp(code: $code) { __typename } }';
const codeAt = (secret: string, later: number) =>
  hotp(decodeBase32(secret), stepAt(new Date(startedAt.getTime() + later)));

async function someUserWithPhone() {
  const user = await world.someUser({}, seoul);
  const { factorId: id, secret } = (await askAt(seoul)(user.viewer, enroll)).data.answer;
  await askAt(seoul)(user.viewer, confirm, { id, code: codeAt(secret, 0) });
  return { ...user, secret };
}

describe('a request', () => {
  it('from where the session began may do everything, however often', async () => {
    const { viewer } = await world.someUser({}, seoul);
    for (const later of [0, minutes(2), minutes(60)])
      expect(await assess(viewer, { ...seoul, later })).toEqual({
        allow: 'EVERYTHING',
        isRefused: false,
        isEnded: false,
      });
    expect(await assess(viewer, { ...seoul, ipAddress: '198.51.100.8' }, true)).toMatchObject({
      allow: 'EVERYTHING',
    });
  });

  it('from another continent ten minutes later may do nothing, and after a day it may', async () => {
    const { viewer } = await world.someUser({}, seoul);
    expect(await assess(viewer, { ...zurich, later: minutes(10) })).toMatchObject({ allow: 'NOTHING' });
    expect(await assess(viewer, { ...zurich, later: minutes(24 * 60) })).toMatchObject({
      allow: 'EVERYTHING',
    });
    const [line] = await linesOf(viewer.id, 'MFA_REQUIRED');
    expect(line).toMatchObject({
      country: 'CH',
      riskReasons: ['IMPOSSIBLE_TRAVEL', 'NEW_COUNTRY', 'NEW_DEVICE'],
    });
    expect(line?.riskScore).toBeCloseTo(0.9025, 10);
  });

  it('that was not let through does not turn the owner into a stranger', async () => {
    const { viewer } = await world.someUser({}, seoul);
    await assess(viewer, { ...zurich, later: minutes(10) });
    expect(await assess(viewer, { ...seoul, later: minutes(11) })).toMatchObject({ allow: 'EVERYTHING' });
  });

  it('with a copied token is refused and told to an owner without a second factor, once', async () => {
    const { email, viewer } = await world.someUser({}, seoul);
    for (const later of [minutes(1), minutes(2), minutes(3)])
      expect(await assess(viewer, { ...thief, later })).toEqual({
        allow: 'NOTHING',
        isRefused: true,
        isEnded: false,
      });
    expect(await linesOf(viewer.id, 'REFUSED')).toHaveLength(1);
    await world.deliverMails();
    expect(world.mailsTo(email).filter(({ subject }) => subject.includes('차단'))).toHaveLength(1);
  });

  it('with a copied token waits for the second factor of who has one, and passes after it', async () => {
    const { viewer, secret } = await someUserWithPhone();
    const later = minutes(1);
    expect(await assess(viewer, { ...thief, later })).toMatchObject({ allow: 'NOTHING', isRefused: false });
    const { data } = await askAt({ ...thief, later })(viewer, stepUp, { code: codeAt(secret, later) });
    expect(data.answer.__typename).toBe('AuthTokens');
    for (const isSensitive of [false, true])
      expect(await assess(viewer, { ...thief, later }, isSensitive)).toMatchObject({ allow: 'EVERYTHING' });
    expect(await assess(viewer, { ...thief, userAgent: 'curl/8.5.0', later })).toMatchObject({
      allow: 'NOTHING',
    });
  });

  it('of a session that has ended may do nothing', async () => {
    const { viewer } = await world.someUser({}, seoul);
    await assess(viewer, seoul);
    await askAt(seoul)(viewer, 'mutation { signOut { ok } }');
    for (const isSensitive of [true, false])
      expect(await assess(viewer, seoul, isSensitive)).toMatchObject({ allow: 'NOTHING', isEnded: true });
    const { viewer: other } = await world.someUser({}, seoul);
    expect(await assess({ ...other, id: viewer.id }, seoul)).toMatchObject({ isEnded: true });
  });

  it('costs no statement while the session is kept', async () => {
    const { viewer } = await world.someUser({}, seoul);
    await assess(viewer, seoul);
    await database.sessionPlace.deleteMany({ where: { sessionId: viewer.sessionId } });
    expect(await assess(viewer, seoul)).toMatchObject({ allow: 'EVERYTHING' });
    expect(await database.sessionPlace.count({ where: { sessionId: viewer.sessionId } })).toBe(0);
  });
});

describe('a sign-in without a second factor', () => {
  it('that looks unusual waits for a mailed code; reads pass then, what is sensitive does not', async () => {
    const { email, viewer } = await world.someUser({}, seoul);
    const place = { ...zurich, later: minutes(10) };
    const challenge = await world.signIn(email, strongPassword, place);
    expect(challenge).toMatchObject({ __typename: 'MfaChallenge', methods: ['EMAIL'] });
    await world.deliverMails(place);
    const code = /^\d{8}$/m.exec(world.mailsTo(email).at(-1)?.text ?? '')?.[0] ?? '';

    const complete = async (typed: string) =>
      (await askAt(place)(null, documents.completeMfa, { ...challenge, code: typed })).data.answer;
    expect(await complete(code.replace(/./, (digit) => `${(Number(digit) + 1) % 10}`))).toMatchObject({
      code: 'INVALID_CREDENTIALS',
    });
    const tokens = await complete(code);
    expect(tokens).toMatchObject({ __typename: 'AuthTokens', session: { authLevel: 'PASSWORD' } });
    expect(await complete(code)).toMatchObject({ code: 'INVALID_CREDENTIALS' });

    const there = await world.viewerOf(tokens.accessToken);
    expect(await assess(there, { ...place, later: minutes(11) })).toMatchObject({ allow: 'INSENSITIVE' });
    expect(await assess(viewer, { ...seoul, later: minutes(12) })).toMatchObject({ allow: 'EVERYTHING' });
  });

  it('from a denied address is refused like a wrong password, and told', async () => {
    const { email, viewer } = await world.someUser({}, seoul);
    const place = { ipAddress: denied, userAgent: firefox, later: minutes(10) };
    expect(await world.signIn(email, strongPassword, place)).toMatchObject({ code: 'INVALID_CREDENTIALS' });
    const [line] = await database.loginEvent.findMany({ where: { userId: viewer.id, outcome: 'REFUSED' } });
    expect(line?.riskScore).toBeGreaterThanOrEqual(0.95);
    await world.deliverMails();
    expect(world.mailsTo(email).at(-1)?.subject).toContain('차단');
  });
});

describe('while places or counts cannot be looked up', () => {
  it('reads go on, and what is sensitive takes a second factor', async () => {
    const { viewer } = await blind.someUser({}, seoul);
    const request = { sessionId: viewer.sessionId, userId: viewer.id, isSensitive: true };
    expect(await assessRequest(blind.contextAt(null, seoul), request)).toMatchObject({
      allow: 'INSENSITIVE',
    });
  });
});
