import Stripe from 'stripe';
import { type Account, createId, daySeconds } from '../account.ts';
import { nextBoundary } from './period.ts';

export interface SubscriptionInput {
  readonly customerId: string;
  readonly price: Stripe.Price;
  readonly trialDays: number;
  readonly paymentMethodId: string | null;
  readonly metadata: Stripe.Metadata;
}

/** The recurring part of a price; the stand-in only lets such prices into subscriptions. */
export function recurringOf(price: Stripe.Price): Stripe.Price.Recurring {
  if (!price.recurring) throw new Error(`Price ${price.id} does not recur.`);
  return price.recurring;
}

/** The single item of a subscription; the stand-in makes no others. */
export function itemOf(subscription: Stripe.Subscription): Stripe.SubscriptionItem {
  const item = subscription.items.data[0];
  if (!item) throw new Error(`Subscription ${subscription.id} has no item.`);
  return item;
}

/** A subscription that starts now: in its trial, or incomplete until the first invoice is paid. */
export function buildSubscription(account: Account, input: SubscriptionInput): Stripe.Subscription {
  const now = account.now();
  const id = createId('sub');
  const trialEnd = input.trialDays > 0 ? now + input.trialDays * daySeconds : null;
  const periodEnd = trialEnd ?? nextBoundary(now, recurringOf(input.price), now);
  return {
    ...structuredClone(blankSubscription),
    id,
    billing_cycle_anchor: trialEnd ?? now,
    created: now,
    currency: input.price.currency,
    customer: input.customerId,
    default_payment_method: input.paymentMethodId,
    items: {
      object: 'list',
      data: [buildItem(account, { id, price: input.price, period: { start: now, end: periodEnd } })],
      has_more: false,
      url: `/v1/subscription_items?subscription=${id}`,
    },
    metadata: input.metadata,
    start_date: now,
    status: trialEnd ? 'trialing' : 'incomplete',
    trial_start: trialEnd ? now : null,
    trial_end: trialEnd,
  };
}

const buildItem = (
  account: Account,
  { id, price, period }: { id: string; price: Stripe.Price; period: { start: number; end: number } },
): Stripe.SubscriptionItem => ({
  id: createId('si', 14),
  object: 'subscription_item',
  billing_thresholds: null,
  created: account.now(),
  current_period_end: period.end,
  current_period_start: period.start,
  current_trial: null,
  discounts: [],
  metadata: {},
  plan: planOf(price),
  price,
  quantity: 1,
  subscription: id,
  tax_rates: [],
});

/** The same price in the older shape that items still carry. */
export const planOf = (price: Stripe.Price): Stripe.Plan => ({
  id: price.id,
  object: 'plan',
  active: price.active,
  amount: price.unit_amount,
  amount_decimal: Stripe.Decimal.from(price.unit_amount ?? 0),
  billing_scheme: 'per_unit',
  created: price.created,
  currency: price.currency,
  interval: recurringOf(price).interval,
  interval_count: recurringOf(price).interval_count,
  livemode: false,
  metadata: price.metadata,
  meter: null,
  nickname: price.nickname,
  product: price.product,
  tiers_mode: null,
  transform_usage: null,
  trial_period_days: null,
  usage_type: 'licensed',
});

const blankSubscription = {
  object: 'subscription',
  application: null,
  application_fee_percent: null,
  automatic_tax: { disabled_reason: null, enabled: false, liability: null },
  billing_cycle_anchor_config: null,
  billing_mode: { flexible: null, type: 'classic' },
  billing_schedules: [],
  billing_thresholds: null,
  cancel_at: null,
  cancel_at_period_end: false,
  canceled_at: null,
  cancellation_details: { comment: null, feedback: null, feedback_option: null, reason: null },
  collection_method: 'charge_automatically',
  customer_account: null,
  days_until_due: null,
  default_source: null,
  default_tax_rates: [],
  description: null,
  discounts: [],
  ended_at: null,
  invoice_settings: {
    account_tax_ids: null,
    custom_fields: null,
    description: null,
    footer: null,
    issuer: { type: 'self' },
  },
  latest_invoice: null,
  livemode: false,
  managed_payments: null,
  next_pending_invoice_item_invoice: null,
  on_behalf_of: null,
  pause_collection: null,
  payment_settings: {
    payment_method_options: null,
    payment_method_types: null,
    save_default_payment_method: 'off',
  },
  pending_invoice_item_interval: null,
  pending_setup_intent: null,
  pending_update: null,
  schedule: null,
  test_clock: null,
  transfer_data: null,
  trial_settings: { end_behavior: { billing_cycle_anchor: null, missing_payment_method: 'create_invoice' } },
} satisfies Partial<Stripe.Subscription>;
