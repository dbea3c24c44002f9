import { describe, expect, it } from '@jest/globals';
import { newRowId } from '@studymate/contracts';
import { authWorld, documents, type Place, strongPassword } from './world.ts';

const world = await authWorld();
const { ask, database } = world;
const minuteMs = 60_000;

/** An address of IPv6 nobody else in these tests has: limits count by /64. */
const somewhere = (more: Place = {}): Place => ({
  ipAddress: `2001:db8:${newRowId().slice(-4)}:${newRowId().slice(-4)}::1`,
  ...more,
});
const guess = (email: string, place: Place, password = 'not the right password') =>
  world.signIn(email, password, place);
const codesOf = (answers: { code?: string; __typename: string }[]) =>
  Object.fromEntries(
    Object.entries(Object.groupBy(answers, ({ code, __typename }) => code ?? __typename)).map(
      ([code, same]) => [code, same?.length],
    ),
  );

describe('signIn', () => {
  it('opens a session named after the device', async () => {
    const { email } = await world.someUser();
    const variables = {
      email: ` ${email.toUpperCase()}`,
      password: strongPassword,
      deviceName: 'Ada’s phone',
    };
    const { data } = await ask(null, documents.signIn, variables);
    expect(data.answer).toMatchObject({ __typename: 'AuthTokens', session: { authLevel: 'PASSWORD' } });
    const session = await database.session.findUnique({ where: { id: data.answer.session.id } });
    expect(session).toMatchObject({ deviceName: 'Ada’s phone', userAgent: 'Mozilla/5.0 Firefox/140.0' });
  });

  it('answers a wrong password, an unknown address and no address alike', async () => {
    const { email } = await world.someUser();
    const answers = [
      await guess(email, somewhere()),
      await guess(`${newRowId()}@example.org`, somewhere()),
      await guess('no address', somewhere()),
    ];
    expect(answers[0].code).toBe('INVALID_CREDENTIALS');
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
  });

  it('takes the password typed composed or decomposed', async () => {
    const email = `${newRowId()}@example.org`;
    const password = 'Ångströms für das Café'.normalize('NFC');
    await ask(null, documents.register, { input: { email, password, displayName: 'Ada' } });
    await ask(null, documents.verifyEmail, { token: await world.tokenFor(email) });
    expect((await world.signIn(email, password.normalize('NFD'))).__typename).toBe('AuthTokens');
  });

  it('writes every attempt into the history, which is its owner’s', async () => {
    const { email, viewer } = await world.someUser();
    await guess(email, { ipAddress: '198.51.100.7' });
    const history = `query ($id: ID!) { _entities(representations: [{ __typename: "User", id: $id }]) { ... on User {
      loginHistory(first: 5) { edges { node { id outcome method ipAddress riskReasons } } } } } }`;
    const { data } = await ask(viewer, history, { id: viewer.id });
    const nodes = data._entities[0].loginHistory.edges.map((edge: { node: object }) => edge.node);
    expect(nodes).toHaveLength(2);
    expect(nodes).toContainEqual(
      expect.objectContaining({ outcome: 'BAD_CREDENTIALS', method: 'PASSWORD', ipAddress: '198.51.100.7' }),
    );

    const { viewer: stranger } = await world.someUser();
    expect((await ask(stranger, history, { id: viewer.id })).data._entities).toEqual([null]);
    const event = `query ($id: ID!) { _entities(representations: [{ __typename: "LoginEvent", id: $id }]) {
      ... on LoginEvent { outcome } } }`;
    expect((await ask(viewer, event, { id: nodes[0].id })).data._entities[0]).not.toBeNull();
    expect((await ask(stranger, event, { id: nodes[0].id })).data._entities).toEqual([null]);
  });

  it('writes to the owner about a new device, not about a known one', async () => {
    const { email } = await world.someUser();
    const before = world.mailsTo(email).length;
    await world.signIn(email, strongPassword);
    await world.deliverMails();
    expect(world.mailsTo(email)).toHaveLength(before);
    await world.signIn(email, strongPassword, somewhere());
    await world.deliverMails();
    expect(world.mailsTo(email).at(-1)?.subject).toMatch(/새로운 기기/);
  });
});

describe('guessing passwords', () => {
  it('of one account from one place is evaluated ten times in 15 minutes, also in a burst', async () => {
    const { email } = await world.someUser();
    const place = somewhere();
    const answers = await Promise.all(Array.from({ length: 50 }, () => guess(email, place)));
    expect(codesOf(answers)).toEqual({ INVALID_CREDENTIALS: 10, RATE_LIMITED: 40 });

    const right = await world.signIn(email, strongPassword, place);
    expect(right).toMatchObject({ code: 'RATE_LIMITED', retryAfterSeconds: expect.any(Number) });
    expect(right.retryAfterSeconds).toBeLessThanOrEqual(900);
    const later = { ...place, later: 15 * minuteMs + 1 };
    expect((await world.signIn(email, strongPassword, later)).__typename).toBe('AuthTokens');
  });

  it('does not lock the owner out elsewhere', async () => {
    const { email } = await world.someUser();
    const place = somewhere();
    await Promise.all(Array.from({ length: 30 }, () => guess(email, place)));
    for (let round = 0; round < 20; round += 1) {
      expect((await world.signIn(email, strongPassword)).__typename).toBe('AuthTokens');
    }
  });

  it('from one place over many accounts is evaluated twenty times a minute', async () => {
    const place = somewhere();
    const answers = await Promise.all(
      Array.from({ length: 60 }, () => guess(`${newRowId()}@example.org`, place)),
    );
    expect(codesOf(answers)).toEqual({ INVALID_CREDENTIALS: 20, RATE_LIMITED: 40 });
  });

  it('from many places locks the account for places it does not know, and only for them', async () => {
    const { email } = await world.someUser();
    for (let round = 0; round < 10; round += 1) {
      await Promise.all(Array.from({ length: 5 }, () => guess(email, somewhere())));
    }
    const answer = await world.signIn(email, strongPassword, somewhere());
    expect(answer).toMatchObject({ __typename: 'AccountLockedError', code: 'ACCOUNT_LOCKED' });
    expect(Date.parse(answer.unlocksAt)).toBeGreaterThan(Date.now());
    expect((await world.signIn(email, strongPassword)).__typename).toBe('AuthTokens');
  });

  it('is answered alike for unknown addresses, locked or limited', async () => {
    const { email: known } = await world.someUser();
    const unknown = `${newRowId()}@example.org`;
    const outcomesOf = async (email: string) => {
      const place = somewhere();
      const answers = [];
      for (let round = 0; round < 12; round += 1) answers.push(await guess(email, place));
      return answers.map(({ __typename, code, message }) => ({ __typename, code, message }));
    };
    expect(await outcomesOf(unknown)).toEqual(await outcomesOf(known));
  });

  it('is not held against who knows the password: right ones do not count', async () => {
    const { email } = await world.someUser();
    const place = somewhere();
    const answers = [];
    for (let round = 0; round < 25; round += 1)
      answers.push(await world.signIn(email, strongPassword, place));
    expect(codesOf(answers)).toEqual({ AuthTokens: 25 });
  });

  it('that comes in a right one among many failures shows in its risk', async () => {
    const { email, viewer } = await world.someUser();
    const place = somewhere({ userAgent: 'curl/8.5.0' });
    for (let round = 0; round < 6; round += 1) await guess(email, place);
    expect(await world.signIn(email, strongPassword, place)).toMatchObject({ methods: ['EMAIL'] });
    const event = await database.loginEvent.findFirst({
      where: { userId: viewer.id, outcome: 'MFA_REQUIRED', userAgent: 'curl/8.5.0' },
    });
    expect(event?.riskReasons).toEqual(['ACCOUNT_UNDER_ATTACK', 'NEW_DEVICE', 'NO_BROWSER', 'UNKNOWN_PLACE']);
    expect(event?.riskScore).toBeCloseTo(1 - 0.6 * 0.65 * 0.7 * 0.85, 10);
  });
});
