import { describe, expect, it } from '@jest/globals';
import { newId, newRowId, type Viewer } from '@studymate/contracts';
import { deliver, outboxOf, someKey, someViewer } from '@studymate/testkit';
import fc from 'fast-check';
import { readBilling, someBilling } from '../../tests/some-billing.ts';
import { creditEvents } from './credit.events.ts';
import { expireCredits, releaseStaleReservations } from './credit.sweep.ts';

const billing = await someBilling();
const { database, clock } = billing;
const hourMs = 3_600_000;

const request = (viewer: Viewer, generationId: string, maxCredits: number, id = newRowId()) =>
  deliver(billing.system(), creditEvents['ai.credits.requested'], {
    id,
    name: 'ai.credits.requested',
    payload: { generationId, userId: viewer.id, kind: 'QUIZ', maxCredits },
  });

const finish = (viewer: Viewer, generationId: string, credits: number, id = newRowId()) =>
  deliver(billing.system(), creditEvents['ai.generation.finished'], {
    id,
    name: 'ai.generation.finished',
    payload: {
      generationId,
      userId: viewer.id,
      kind: 'QUIZ',
      state: credits > 0 ? 'SUCCEEDED' : 'FAILED',
      credits,
      title: 'A quiz about leaves',
      outputId: null,
      finishedAt: clock.now.toISOString(),
    },
  });

/** Delivers again what could not be done for now, under the same id, as the queue does. */
async function reliably(send: (id: string) => Promise<void>): Promise<void> {
  const id = newRowId();
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await send(id);
    } catch (error) {
      if (attempt === 20) throw error;
    }
  }
}

const saidOf = async (generationId: string) =>
  (await outboxOf(database)).filter(({ payload }) => payload.generationId === generationId);

/** The books must balance, whatever has happened. */
async function expectBooksToBalance(userId: string): Promise<void> {
  const account = await database.creditAccount.findUniqueOrThrow({ where: { userId } });
  const entries = await database.ledgerEntry.findMany({ where: { userId }, orderBy: { sequence: 'asc' } });
  const grants = await database.creditGrant.findMany({ where: { userId } });
  const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);

  expect(sum(entries.map(({ amount }) => amount))).toBe(account.balance);
  expect(sum(entries.map(({ reservedChange }) => reservedChange))).toBe(account.reserved);
  expect(sum(grants.map(({ remaining, held }) => remaining + held))).toBe(account.balance);
  expect(sum(grants.map(({ held }) => held))).toBe(account.reserved);
  expect(account.balance - account.reserved).toBeGreaterThanOrEqual(0);

  let [balance, reserved] = [0, 0];
  for (const entry of entries) {
    balance += entry.amount;
    reserved += entry.reservedChange;
    expect([entry.balanceAfter, entry.reservedAfter]).toEqual([balance, reserved]);
    expect(balance - reserved).toBeGreaterThanOrEqual(0);
    expect(entry.quantity).toBeGreaterThan(0);
  }
}

describe('the credit saga', () => {
  it('sets credits aside, spends what was used and gives the rest back', async () => {
    const ada = await billing.someLearner();
    const generation = newId('Generation');
    await request(ada, generation, 20);
    expect((await saidOf(generation))[0]).toMatchObject({
      name: 'billing.credits.reserved',
      payload: { credits: 20 },
    });
    expect((await readBilling(billing, ada)).credits).toMatchObject({
      balance: 50,
      reserved: 20,
      available: 30,
    });

    await finish(ada, generation, 12);
    expect((await readBilling(billing, ada)).credits).toMatchObject({
      balance: 38,
      reserved: 0,
      available: 38,
    });
    await expectBooksToBalance(ada.id);
  });

  it('gives everything back when the generation fails', async () => {
    const ada = await billing.someLearner();
    const generation = newId('Generation');
    await request(ada, generation, 20);
    await finish(ada, generation, 0);
    expect((await readBilling(billing, ada)).credits).toMatchObject({ balance: 50, reserved: 0 });
  });

  it('refuses what is not there and says how much is', async () => {
    const ada = await billing.someLearner();
    const generation = newId('Generation');
    await request(ada, generation, 51);
    expect((await saidOf(generation))[0]).toMatchObject({
      name: 'billing.credits.refused',
      payload: { userId: ada.id, available: 50, reason: 'This needs 51 credits, and 50 are available.' },
    });
    expect((await readBilling(billing, ada)).credits).toMatchObject({ balance: 50, reserved: 0 });
  });

  it('never spends more than was set aside, and not twice', async () => {
    const ada = await billing.someLearner();
    const generation = newId('Generation');
    await request(ada, generation, 10);
    await finish(ada, generation, 99);
    await finish(ada, generation, 99);
    expect((await readBilling(billing, ada)).credits).toMatchObject({ balance: 40, reserved: 0 });
  });

  it('acts once on events that are delivered again', async () => {
    const ada = await billing.someLearner();
    const generation = newId('Generation');
    const [first, second] = [newRowId(), newRowId()];
    for (let delivery = 0; delivery < 5; delivery += 1) await request(ada, generation, 10, first);
    for (let delivery = 0; delivery < 5; delivery += 1) await finish(ada, generation, 4, second);
    expect((await readBilling(billing, ada)).credits).toMatchObject({ balance: 46, reserved: 0 });
    expect(await saidOf(generation)).toHaveLength(1);
  });

  it('answers a generation that costs nothing', async () => {
    const ada = await billing.someLearner();
    const generation = newId('Generation');
    await request(ada, generation, 0);
    expect((await saidOf(generation))[0]).toMatchObject({
      name: 'billing.credits.reserved',
      payload: { credits: 0 },
    });
    await finish(ada, generation, 0);
    await expectBooksToBalance(ada.id);
  });
});

describe('the ledger', () => {
  it('is never overdrawn by 200 parallel generations', async () => {
    const ada = await billing.someLearner();
    const generations = Array.from({ length: 200 }, () => newId('Generation'));
    await Promise.all(generations.map((generation) => reliably((id) => request(ada, generation, 3, id))));
    const { credits } = await readBilling(billing, ada);
    expect(credits).toMatchObject({ balance: 50, reserved: 48, available: 2 });
    const said = (await outboxOf(database)).filter(({ payload }) =>
      generations.includes(String(payload.generationId)),
    );
    expect(said.filter(({ name }) => name === 'billing.credits.reserved')).toHaveLength(16);
    expect(said.filter(({ name }) => name === 'billing.credits.refused')).toHaveLength(184);
    await Promise.all(
      generations.map((generation, index) => reliably((id) => finish(ada, generation, index % 4, id))),
    );
    await expectBooksToBalance(ada.id);
    expect((await readBilling(billing, ada)).credits.reserved).toBe(0);
  }, 60_000);

  it('balances after any story', async () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('request' as const), amount: fc.integer({ min: 0, max: 30 }) }),
      fc.record({ kind: fc.constant('finish' as const), amount: fc.integer({ min: 0, max: 40 }) }),
      fc.record({ kind: fc.constant('pass' as const), amount: fc.integer({ min: 1, max: 40 * 24 }) }),
      fc.record({ kind: fc.constant('give' as const), amount: fc.integer({ min: 1, max: 60 }) }),
    );
    const admin = someViewer({ roles: ['ADMIN'] });
    const give = `mutation ($userId: ID!, $amount: Int!, $expiresAt: DateTime, $key: String!) {
      grantCredits(userId: $userId, amount: $amount, expiresAt: $expiresAt, idempotencyKey: $key) { balance } }`;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 14 }), async (steps) => {
        const start = clock.now;
        const ada = await billing.someLearner();
        const open: string[] = [];
        for (const { kind, amount } of steps) {
          if (kind === 'request') {
            open.push(newId('Generation'));
            await request(ada, open.at(-1) ?? '', amount);
          } else if (kind === 'finish') {
            await finish(ada, open.shift() ?? newId('Generation'), amount);
          } else if (kind === 'give') {
            const expiresAt = new Date(clock.now.getTime() + amount * 24 * hourMs);
            await billing.ask(admin, give, { userId: ada.id, amount, expiresAt, key: someKey() });
          } else {
            clock.now = new Date(clock.now.getTime() + amount * hourMs);
            await expireCredits(billing.system());
            await releaseStaleReservations(billing.system());
          }
          await expectBooksToBalance(ada.id);
        }
        clock.now = start;
      }),
      { numRuns: 25 },
    );
  }, 120_000);

  it('gives back what a crashed generation had set aside', async () => {
    const ada = await billing.someLearner();
    const start = clock.now;
    const generation = newId('Generation');
    await request(ada, generation, 20);
    clock.now = new Date(start.getTime() + 59 * 60_000);
    await releaseStaleReservations(billing.system());
    expect((await readBilling(billing, ada)).credits.reserved).toBe(20);
    clock.now = new Date(start.getTime() + 61 * 60_000);
    await Promise.all([
      releaseStaleReservations(billing.system()),
      releaseStaleReservations(billing.system()),
    ]);
    expect((await readBilling(billing, ada)).credits).toMatchObject({ balance: 50, reserved: 0 });
    await finish(ada, generation, 20);
    expect((await readBilling(billing, ada)).credits.balance).toBe(50);
    await expectBooksToBalance(ada.id);
    clock.now = start;
  });

  it('lets credits run out, reserved ones only when they come back', async () => {
    const ada = await billing.someLearner();
    const start = clock.now;
    const generation = newId('Generation');
    clock.now = new Date(start.getTime() + (90 * 24 - 0.5) * hourMs);
    await request(ada, generation, 20);
    clock.now = new Date(start.getTime() + (90 * 24 + 0.1) * hourMs);
    await expireCredits(billing.system());
    expect((await readBilling(billing, ada)).credits).toMatchObject({ balance: 20, reserved: 20 });
    await finish(ada, generation, 5);
    expect((await readBilling(billing, ada)).credits).toMatchObject({ balance: 0, reserved: 0 });
    await expectBooksToBalance(ada.id);
    clock.now = start;
  });

  it('can not be changed or cut, not even by us', async () => {
    const ada = await billing.someLearner();
    const change = database.ledgerEntry.updateMany({ where: { userId: ada.id }, data: { amount: 1 } });
    await expect(change).rejects.toThrow('append-only');
    await expect(database.ledgerEntry.deleteMany({ where: { userId: ada.id } })).rejects.toThrow(
      'append-only',
    );
  });

  it('is read in pages, newest first, by its owner only', async () => {
    const ada = await billing.someLearner();
    for (let index = 0; index < 3; index += 1) await request(ada, newId('Generation'), 1);
    const query = `query ($me: [_Any!]!, $after: String) { _entities(representations: $me) { ... on User { credits {
      ledger(first: 3, after: $after) { edges { node { id kind amount reservedChange balanceAfter grant { source } } cursor }
      pageInfo { hasNextPage endCursor } } } } } }`;
    const me = [{ __typename: 'User', id: ada.id }];
    const first = (await billing.ask(ada, query, { me })).data._entities[0].credits.ledger;
    expect(first.edges.map(({ node }: { node: { kind: string } }) => node.kind)).toEqual([
      'RESERVE',
      'RESERVE',
      'RESERVE',
    ]);
    expect(first.pageInfo.hasNextPage).toBe(true);
    const after = first.pageInfo.endCursor;
    const second = (await billing.ask(ada, query, { me, after })).data._entities[0].credits.ledger;
    expect(second.edges.map(({ node }: { node: object }) => node)).toMatchObject([
      { kind: 'GRANT', amount: 50, balanceAfter: 50, grant: { source: 'PROMO' } },
    ]);
    expect(second.pageInfo.hasNextPage).toBe(false);

    const stranger = await billing.ask(someViewer(), query, { me });
    expect(stranger.data._entities[0].credits).toBeNull();
    expect(stranger.errors[0]?.extensions.code).toBe('FORBIDDEN');
    const entry = 'query ($r: [_Any!]!) { _entities(representations: $r) { ... on LedgerEntry { amount } } }';
    const r = [{ __typename: 'LedgerEntry', id: second.edges[0].node.id }];
    expect((await billing.ask(someViewer(), entry, { r })).data._entities).toEqual([null]);
    expect((await billing.ask(ada, entry, { r })).data._entities).toEqual([{ amount: 50 }]);
  });
});

describe('grantCredits', () => {
  const give = `mutation ($userId: ID!, $amount: Int!, $key: String!) {
    grantCredits(userId: $userId, amount: $amount, idempotencyKey: $key) { balance available } }`;

  it('is for billing administrators, once per key', async () => {
    const ada = await billing.someLearner();
    const admin = someViewer({ roles: ['ADMIN'] });
    const variables = { userId: ada.id, amount: 25, key: someKey() };
    const answers = await Promise.all(Array.from({ length: 10 }, () => billing.ask(admin, give, variables)));
    for (const { data } of answers) expect(data.grantCredits).toEqual({ balance: 75, available: 75 });
    const refused = await billing.ask(ada, give, variables);
    expect(refused.errors[0]?.extensions.code).toBe('FORBIDDEN');
    const mismatch = await billing.ask(admin, give, { ...variables, amount: 26 });
    expect(mismatch.errors[0]?.extensions.code).toBe('IDEMPOTENCY_MISMATCH');
  });

  it('refuses unknown learners and senseless amounts', async () => {
    const admin = someViewer({ roles: ['ADMIN'] });
    const unknown = await billing.ask(admin, give, { userId: newId('User'), amount: 5, key: someKey() });
    expect(unknown.errors[0]?.extensions.code).toBe('NOT_FOUND');
    const ada = await billing.someLearner();
    for (const amount of [0, -5, 2_000_000]) {
      const { errors } = await billing.ask(admin, give, { userId: ada.id, amount, key: someKey() });
      expect(errors[0]?.extensions.code).toBe('VALIDATION');
    }
  });
});
