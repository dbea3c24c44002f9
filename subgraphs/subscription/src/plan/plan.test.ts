import { afterAll, describe, expect, it } from '@jest/globals';
import { connectSubscription } from '@studymate/database/subscription';
import { asker, countQueries, testDatabase } from '@studymate/testkit';
import { type Context, createContext } from '../context.ts';
import { createBillingProvider } from '../provider/provider.ts';
import { schema } from '../schema.ts';

const postgres = await testDatabase('subscription');
const { client: database, sent } = countQueries(connectSubscription(postgres.url));
const provider = createBillingProvider({
  apiBase: 'http://127.0.0.1:9',
  secretKey: 'sk_test_x',
  timeoutMs: 100,
});
const ask = asker<Context>(schema, (viewer) =>
  createContext({ database, resources: { provider, returnUrl: 'http://127.0.0.1:4000/' }, viewer }),
);
afterAll(() => database.$disconnect());

const plans = `query ($currency: String) { plans(currency: $currency) {
  id code name trialDays public features { feature kind limit } prices { id amount { amountMinor currency } interval active } } }`;

describe('plans', () => {
  it('are shown to everybody, cheapest first, with one statement for all of them', async () => {
    sent.count = 0;
    const { data, errors } = await ask(null, plans);
    expect(errors).toEqual([]);
    expect(data.plans.map(({ code }: { code: string }) => code)).toEqual(['free', 'plus', 'pro']);
    expect(data.plans[1].features).toContainEqual({ feature: 'ai.credits', kind: 'METERED', limit: 500 });
    expect(data.plans[0].prices).toEqual([]);
    expect(sent.count).toBe(1);
  });

  it('can be asked for in one currency', async () => {
    const { data } = await ask(null, plans, { currency: 'usd' });
    expect(data.plans[2].prices.map(({ amount }: { amount: object }) => amount)).toEqual([
      { amountMinor: 1_599, currency: 'USD' },
      { amountMinor: 15_990, currency: 'USD' },
    ]);
    expect((await ask(null, plans, { currency: 'won' })).data.plans[1].prices).toEqual([]);
    expect((await ask(null, plans, { currency: 'KR' })).errors[0]?.extensions.code).toBe('VALIDATION');
  });

  it('and their prices are found by reference, however many, with one statement', async () => {
    const { data } = await ask(null, plans);
    const representations = data.plans.flatMap((plan: { id: string; prices: { id: string }[] }) => [
      { __typename: 'Plan', id: plan.id },
      ...plan.prices.map(({ id }) => ({ __typename: 'Price', id })),
    ]);
    sent.count = 0;
    const query =
      'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Plan { code } ... on Price { amount { currency } } } }';
    const found = await ask(null, query, { r: representations });
    expect(found.data._entities).toHaveLength(11);
    expect(found.data._entities[0]).toEqual({ code: 'free' });
    expect(sent.count).toBe(1);
  });
});
