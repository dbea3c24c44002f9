import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { startIssuer, trusting } from '../tokens.ts';
import { startWorld } from '../world.ts';
import { startAssessor } from './assessor.ts';

const secret = 'a secret of at least thirty-two bytes, for tests';
const issuer = await startIssuer();
const assessor = await startAssessor(secret);
let resolved = 0;
const resolve = () => {
  resolved += 1;
  return 'seen';
};
const sdl = `
  type Query { mine: String @authenticated open: String }
  type Mutation { change: String endEverything: String stepUp: String signIn: String }`;
const subgraph = {
  name: 'a',
  sdl,
  resolvers: {
    Query: { mine: resolve, open: resolve },
    Mutation: { change: resolve, endEverything: resolve, stepUp: resolve, signIn: resolve },
  },
};
const rules = { assess: assessor.url, sensitive: ['endEverything'], open: ['stepUp', 'signIn'] };
const identity = trusting(issuer);
const start = (risk: object) =>
  startWorld({
    subgraphs: [subgraph],
    config: { identity, signing: true, risk: { ...rules, ...risk } },
    environment: { SUBGRAPH_SECRET: secret, TRUSTED_PROXIES: '127.0.0.1' },
  });
const world = await start({ patienceMs: 20_000 });
const away = await start({});
const impatient = await start({ patienceMs: 1 });
const fresh = await start({ refreshMs: 1, patienceMs: 20_000 });
const forgetful = await start({ refreshMs: 1, trustMs: 1, patienceMs: 20_000 });

/** Somebody the gateway has not met. */
const someSession = async (claims: object = {}) => ({
  ...(await issuer.bearer({ sid: `se_${randomUUID()}`, ...claims })),
  'user-agent': 'Firefox/140.0',
});
const codeOf = async (query: string, headers: Record<string, string>, { ask } = world) => {
  const { status, data, errors } = await ask(query, { headers });
  return errors ? [status, errors[0]?.extensions.code] : [status, data];
};
const mine = '{ mine }';

beforeEach(() => {
  Object.assign(assessor.state, { verdict: { allow: 'EVERYTHING' }, isAway: false, delayMs: 0 });
  assessor.questions.length = 0;
  resolved = 0;
});

describe('a request of somebody signed in', () => {
  it('is assessed once for a session, address and agent, and again when one of them is another', async () => {
    const headers = await someSession();
    for (let round = 0; round < 5; round += 1)
      expect(await codeOf(mine, headers)).toEqual([200, { mine: 'seen' }]);
    expect(assessor.questions).toHaveLength(1);
    expect(assessor.questions[0]).toMatchObject({
      sensitive: false,
      caller: { viewer: { id: 'us_1' }, ipAddress: '127.0.0.1', userAgent: 'Firefox/140.0' },
    });
    await codeOf(mine, { ...headers, 'x-forwarded-for': '203.0.113.7' });
    await codeOf(mine, { ...headers, 'user-agent': 'curl/8' });
    await codeOf(mine, await someSession());
    expect(assessor.questions).toHaveLength(4);
  });

  it('reveals nothing while a second factor is asked for, and passes as soon as it was given', async () => {
    const headers = await someSession();
    assessor.state.verdict = { allow: 'NOTHING' };
    for (const query of [mine, '{ open }', 'mutation { change }', 'mutation { stepUp change }'])
      expect(await codeOf(query, headers)).toEqual([403, 'MFA_REQUIRED']);
    expect(resolved).toBe(0);

    expect(await codeOf('mutation { stepUp signIn }', headers)).toEqual([
      200,
      { stepUp: 'seen', signIn: 'seen' },
    ]);
    assessor.state.verdict = { allow: 'EVERYTHING' };
    expect(await codeOf(mine, headers)).toEqual([200, { mine: 'seen' }]);
  });

  it('says so when the owner has been told', async () => {
    assessor.state.verdict = { allow: 'NOTHING', isRefused: true };
    const { errors } = await world.ask(mine, { headers: await someSession() });
    expect(errors?.[0]?.message).toMatch(/owner of the account has been told/);
  });

  it('is nobody’s when its session is over in truth', async () => {
    assessor.state.verdict = { allow: 'NOTHING', isEnded: true };
    expect(await codeOf(mine, await someSession())).toEqual([401, 'UNAUTHENTICATED']);
  });

  it('is asked about every time when it is sensitive, and held to a second factor', async () => {
    const headers = await someSession();
    expect(await codeOf('mutation { endEverything }', headers)).toEqual([200, { endEverything: 'seen' }]);
    assessor.state.verdict = { allow: 'INSENSITIVE' };
    expect(await codeOf('mutation { change endEverything }', headers)).toEqual([403, 'MFA_REQUIRED']);
    expect(await codeOf('mutation { change }', headers)).toEqual([200, { change: 'seen' }]);
    expect(resolved).toBe(2);
    expect(assessor.questions.map(({ sensitive }) => sensitive)).toEqual([true, true]);
  });

  it('of nobody is not assessed', async () => {
    expect(await codeOf('{ open }', {})).toEqual([200, { open: 'seen' }]);
    expect(assessor.questions).toEqual([]);
  });
});

describe('while nobody can assess', () => {
  it('reads go on, and what is sensitive takes a second factor', async () => {
    assessor.state.isAway = true;
    const [password, stepped] = [await someSession(), await someSession({ auth_level: 'STEP_UP' })];
    expect(await codeOf(mine, password, away)).toEqual([200, { mine: 'seen' }]);
    expect(await codeOf('mutation { endEverything }', password, away)).toEqual([403, 'MFA_REQUIRED']);
    expect(await codeOf('mutation { endEverything }', stepped, away)).toEqual([
      200,
      { endEverything: 'seen' },
    ]);
  });

  it('a read waits no longer than it has patience', async () => {
    assessor.state.delayMs = 1_000;
    assessor.state.verdict = { allow: 'NOTHING' };
    const headers = await someSession();
    expect(await codeOf(mine, headers, impatient)).toEqual([200, { mine: 'seen' }]);
  });
});

describe('a verdict that has aged', () => {
  it('is asked for again while requests go on, and the next one is held to it', async () => {
    const headers = await someSession();
    await codeOf(mine, headers, fresh);
    assessor.state.verdict = { allow: 'NOTHING' };
    await new Promise((done) => setTimeout(done, 5));
    expect(await codeOf(mine, headers, fresh)).toEqual([200, { mine: 'seen' }]);
    while (assessor.questions.length < 2) await new Promise((done) => setTimeout(done, 5));
    await new Promise((done) => setTimeout(done, 50));
    expect(await codeOf(mine, headers, fresh)).toEqual([403, 'MFA_REQUIRED']);
  });

  it('is none after its time', async () => {
    const headers = await someSession();
    await codeOf(mine, headers, forgetful);
    assessor.state.verdict = { allow: 'NOTHING' };
    await new Promise((done) => setTimeout(done, 5));
    expect(await codeOf(mine, headers, forgetful)).toEqual([403, 'MFA_REQUIRED']);
  });
});
