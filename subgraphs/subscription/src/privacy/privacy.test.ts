import { describe, expect, it } from '@jest/globals';
import { inspectDeclaration } from '@studymate/privacy';
import { prices, someBilling, someSubscriber } from '../../tests/some-billing.ts';
import { personalTables } from './personal-tables.ts';
import { forgetAtProvider } from './provider-erasure.ts';

const billing = await someBilling();
const { database, stripe } = billing;

const erase = (userId: string, pseudonym: string) =>
  billing.system().transaction(async (inner) => {
    await forgetAtProvider(inner, { userId, pseudonym });
    return inner.personalData.erase(userId, pseudonym);
  });

/** Everything in the database that names the text. */
async function findMentions(text: string): Promise<string[]> {
  const tables = [...Object.keys(personalTables.personal), 'OutboxEntry', 'IdempotencyRecord'];
  const found = await Promise.all(
    tables.map(async (name) => {
      const rows = await database.$queryRawUnsafe<unknown[]>(
        `select 1 from "${name}" as each where position($1 in each::text) > 0`,
        text,
      );
      return rows.length > 0 ? [name] : [];
    }),
  );
  return found.flat();
}

describe('what subscription has of people', () => {
  it('is declared for every table', async () => {
    expect(await inspectDeclaration(database, personalTables)).toEqual({
      undeclared: [],
      missing: [],
      misplaced: [],
    });
  });

  it('is gone after an erasure, here and at Stripe, and the books still add up', async () => {
    const { id } = await someSubscriber(billing, prices.plusMonthly);
    await billing.delivered();
    const { providerCustomerId } = await database.billingAccount.findUniqueOrThrow({ where: { userId: id } });
    const collected = await billing.system().personalData.collect(id);
    for (const table of ['UserSubscription', 'Invoice', 'InvoiceLine', 'LedgerEntry', 'ProviderEvent'])
      expect(collected[table]?.length).toBeGreaterThan(0);

    const pseudonym = `erased_${id.slice(4)}`;
    await erase(id, pseudonym);
    await billing.delivered();
    expect(await erase(id, pseudonym)).toMatchObject({ LedgerEntry: 0, UserSubscription: 0 });
    expect(await findMentions(id)).toEqual([]);
    expect(await findMentions(providerCustomerId ?? '')).toEqual([]);
    await expect(stripe.customers.retrieve(providerCustomerId ?? '')).rejects.toMatchObject({
      code: 'resource_missing',
    });
    const entries = await database.ledgerEntry.findMany({ where: { userId: pseudonym } });
    const account = await database.creditAccount.findUniqueOrThrow({ where: { userId: pseudonym } });
    expect(entries).toHaveLength(collected.LedgerEntry?.length ?? 0);
    expect(entries.reduce((sum, { amount }) => sum + amount, 0)).toBe(account.balance);
    const change = { where: { id: entries[0]?.id ?? '' }, data: { userId: 'erased_other' } };
    await expect(database.ledgerEntry.update(change)).rejects.toThrow('append-only');
    expect(await database.invoice.count({ where: { userId: pseudonym } })).toBe(collected.Invoice?.length);
  });

  it('is not kept of what Stripe tells of somebody unknown', async () => {
    const customer = await stripe.customers.create({ email: 'unknown@example.org' });
    const card = await stripe.paymentMethods.attach('pm_card_visa', { customer: customer.id });
    const price = await stripe.prices.create({
      currency: 'krw',
      unit_amount: 5_000,
      recurring: { interval: 'month' },
      product_data: { name: 'Another' },
    });
    await stripe.subscriptions.create({
      customer: customer.id,
      items: [{ price: price.id }],
      default_payment_method: card.id,
    });
    await billing.delivered();
    const events = await database.providerEvent.findMany({
      where: { type: 'customer.subscription.created' },
    });
    expect(events.map(({ payload }) => payload)).toContainEqual({});
    expect(await findMentions('unknown@example.org')).toEqual([]);
  });

  it('leaves others alone', async () => {
    const [leaving, staying] = [
      await someSubscriber(billing, prices.plusMonthly),
      await someSubscriber(billing, prices.plusMonthly),
    ];
    await billing.delivered();
    const before = await billing.system().personalData.collect(staying.id);
    await erase(leaving.id, 'erased_another');
    await billing.delivered();
    expect(await billing.system().personalData.collect(staying.id)).toEqual(before);
  });
});
