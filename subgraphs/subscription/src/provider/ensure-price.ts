import type { Plan, Price } from '@studymate/database/subscription';
import type Stripe from 'stripe';

const isTaken = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === 'resource_already_exists';

/** Stripe's id of our price, found by the lookup key that both sides share, or made there with its product. */
export async function ensurePrice(stripe: Stripe, price: Price, plan: Plan): Promise<string> {
  const { data } = await stripe.prices.list({ lookup_keys: [price.lookupKey], active: true, limit: 1 });
  const existing = data[0];
  if (existing && existing.unit_amount === price.amountMinor) return existing.id;

  const product = `studymate_${plan.code}`;
  try {
    await stripe.products.create({ id: product, name: `StudyMate ${plan.name}` });
  } catch (error) {
    if (!isTaken(error)) throw error;
  }
  const created = await stripe.prices.create({
    product,
    currency: price.currency,
    unit_amount: price.amountMinor,
    recurring: {
      interval: price.interval === 'YEAR' ? 'year' : 'month',
      interval_count: price.intervalCount,
    },
    lookup_key: price.lookupKey,
    transfer_lookup_key: true,
    nickname: `${plan.name}, per ${price.interval.toLowerCase()}`,
  });
  return created.id;
}
