import Stripe from 'stripe';
import { createId } from '../account.ts';

export interface LineInput {
  readonly subscription: Stripe.Subscription;
  readonly price: Stripe.Price;
  readonly amount: number;
  readonly description: string;
  readonly period: { readonly start: number; readonly end: number };
  readonly proration: boolean;
}

export const buildLine = (input: LineInput): Stripe.InvoiceLineItem => ({
  id: createId('il'),
  object: 'line_item',
  amount: input.amount,
  currency: input.price.currency,
  description: input.description,
  discount_amounts: [],
  discountable: !input.proration,
  discounts: [],
  invoice: null,
  livemode: false,
  metadata: input.subscription.metadata,
  parent: {
    invoice_item_details: null,
    subscription_item_details: {
      invoice_item: null,
      proration: input.proration,
      proration_details: null,
      subscription: input.subscription.id,
      subscription_item: input.subscription.items.data[0]?.id ?? '',
    },
    type: 'subscription_item_details',
  },
  period: input.period,
  pretax_credit_amounts: [],
  pricing: {
    price_details: { price: input.price.id, product: String(input.price.product) },
    type: 'price_details',
    unit_amount_decimal: Stripe.Decimal.from(input.price.unit_amount ?? 0),
  },
  quantity: 1,
  quantity_decimal: Stripe.Decimal.from(1),
  subscription: input.subscription.id,
  subtotal: input.amount,
  taxes: [],
});

export interface PriceChange {
  readonly subscription: Stripe.Subscription;
  readonly from: Stripe.Price;
  readonly to: Stripe.Price;
  readonly period: { readonly start: number; readonly end: number };
  readonly at: number;
}

/** The credit for what is left of the old price and the charge for the rest at the new one, to the second. */
export function prorationLines({
  subscription,
  from,
  to,
  period,
  at,
}: PriceChange): Stripe.InvoiceLineItem[] {
  const share = Math.max(0, period.end - at) / (period.end - period.start);
  const rest = { start: at, end: period.end };
  const credit = buildLine({
    subscription,
    price: from,
    amount: -Math.round((from.unit_amount ?? 0) * share),
    description: `Unused time on ${nameOf(from)}`,
    period: rest,
    proration: true,
  });
  if (!hasSameInterval(from, to)) return [credit];
  const charge = buildLine({
    subscription,
    price: to,
    amount: Math.round((to.unit_amount ?? 0) * share),
    description: `Remaining time on ${nameOf(to)}`,
    period: rest,
    proration: true,
  });
  return [credit, charge];
}

export const hasSameInterval = (from: Stripe.Price, to: Stripe.Price) =>
  from.recurring?.interval === to.recurring?.interval &&
  from.recurring?.interval_count === to.recurring?.interval_count;

export const nameOf = (price: Stripe.Price) => price.nickname ?? price.lookup_key ?? price.id;

export const sumOf = (lines: readonly Stripe.InvoiceLineItem[]) =>
  lines.reduce((total, { amount }) => total + amount, 0);
