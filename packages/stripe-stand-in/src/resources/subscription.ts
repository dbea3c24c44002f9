import type Stripe from 'stripe';
import { z } from 'zod';
import { type Account, getStored, idOf } from '../account.ts';
import { changePrice } from '../billing/subscription.change.ts';
import { endSubscription, startSubscription } from '../billing/subscription.lifecycle.ts';
import { itemOf } from '../billing/subscription.shape.ts';
import { badRequest, cardDeclined } from '../errors.ts';
import {
  emptyable,
  flag,
  integer,
  listPage,
  listParameters,
  metadata,
  type Routes,
  route,
} from '../routing.ts';
import { canPayWith } from './payment-method.ts';

const paymentBehavior = z.enum(['allow_incomplete', 'error_if_incomplete', 'default_incomplete']);
const createParameters = z.strictObject({
  customer: z.string(),
  items: z.array(z.strictObject({ price: z.string(), quantity: integer.min(1).max(1).optional() })).length(1),
  trial_period_days: integer.min(0).default(0),
  default_payment_method: z.string().optional(),
  payment_behavior: paymentBehavior.default('allow_incomplete'),
  metadata: metadata.default({}),
});
export const itemChange = z.array(z.strictObject({ id: z.string().optional(), price: z.string() })).length(1);
export const prorationBehavior = z.enum(['always_invoice', 'create_prorations', 'none']);
const updateParameters = z.strictObject({
  items: itemChange.optional(),
  proration_behavior: prorationBehavior.default('create_prorations'),
  proration_date: integer.optional(),
  payment_behavior: paymentBehavior.default('allow_incomplete'),
  cancel_at_period_end: flag.optional(),
  cancellation_details: z.strictObject({ comment: emptyable }).optional(),
  default_payment_method: emptyable.optional(),
  metadata: metadata.optional(),
});
type Update = z.output<typeof updateParameters>;
const listFilters = listParameters({ customer: z.string().optional(), status: z.string().optional() });
const cancelParameters = z.strictObject({
  cancellation_details: z.strictObject({ comment: emptyable }).optional(),
  invoice_now: flag.optional(),
  prorate: flag.optional(),
});

export const subscriptionRoutes: Routes = {
  'POST /v1/subscriptions': route(createParameters, ({ account, input }) =>
    createSubscription(account, input),
  ),
  'GET /v1/subscriptions': route(listFilters, ({ account, input }) => {
    const found = Object.values(account.state.subscriptions).filter(
      ({ customer, status }) =>
        (!input.customer || idOf(customer) === input.customer) && matchesStatus(status, input.status),
    );
    return listPage(found, input, '/v1/subscriptions');
  }),
  'GET /v1/subscriptions/:id': route(z.strictObject({}), ({ account, id }) =>
    getStored(account.state.subscriptions, 'subscription', id),
  ),
  'POST /v1/subscriptions/:id': route(updateParameters, ({ account, id, input }) => {
    const subscription = getRunning(account, id);
    updateSubscription(account, subscription, input);
    account.emit('customer.subscription.updated', subscription);
    return subscription;
  }),
  'DELETE /v1/subscriptions/:id': route(cancelParameters, ({ account, id, input }) => {
    const subscription = getRunning(account, id);
    comment(subscription, input.cancellation_details?.comment);
    endSubscription(account, subscription, 'cancellation_requested');
    return subscription;
  }),
};

const matchesStatus = (status: string, wanted: string | undefined) =>
  wanted === 'all' || (wanted === undefined ? status !== 'canceled' : status === wanted);

function createSubscription(account: Account, input: z.output<typeof createParameters>): Stripe.Subscription {
  const customer = getStored(account.state.customers, 'customer', input.customer);
  const price = getRecurringPrice(account, input.items[0]?.price ?? '');
  const method = input.default_payment_method ?? idOf(customer.invoice_settings.default_payment_method);
  const pays = canPayWith(account.state.paymentMethods[method ?? '']);
  if (input.payment_behavior === 'error_if_incomplete' && input.trial_period_days === 0 && !pays)
    throw cardDeclined();
  return startSubscription(account, {
    customerId: customer.id,
    price,
    trialDays: input.trial_period_days,
    paymentMethodId: input.default_payment_method ?? null,
    metadata: input.metadata,
  });
}

export function getRecurringPrice(account: Account, id: string): Stripe.Price {
  const price = getStored(account.state.prices, 'price', id);
  if (!price.recurring)
    throw badRequest(`The price ${id} is one-time; a subscription needs a recurring one.`, 'items');
  return price;
}

function getRunning(account: Account, id: string): Stripe.Subscription {
  const subscription = getStored(account.state.subscriptions, 'subscription', id);
  if (subscription.status === 'canceled' || subscription.status === 'incomplete_expired') {
    throw badRequest(`A ${subscription.status} subscription can not be changed.`, 'id', 'resource_missing');
  }
  return subscription;
}

function updateSubscription(account: Account, subscription: Stripe.Subscription, input: Update): void {
  const change = input.items?.[0];
  if (change?.id && change.id !== itemOf(subscription).id)
    throw badRequest('No such subscription item', 'items');
  if (change) {
    changePrice(account, subscription, {
      price: getRecurringPrice(account, change.price),
      at: input.proration_date ?? account.now(),
      behavior: input.proration_behavior,
      mustPay: input.payment_behavior === 'error_if_incomplete',
    });
  }
  if (input.cancel_at_period_end !== undefined) {
    scheduleEnd(account, subscription, input.cancel_at_period_end);
  }
  comment(subscription, input.cancellation_details?.comment);
  if (input.default_payment_method !== undefined) {
    subscription.default_payment_method = input.default_payment_method;
  }
  mergeMetadata(subscription.metadata, input.metadata ?? {});
}

/** Sets or takes back the end of a subscription at the end of its period. */
export function scheduleEnd(account: Account, subscription: Stripe.Subscription, ends: boolean): void {
  subscription.cancel_at_period_end = ends;
  subscription.cancel_at = ends ? itemOf(subscription).current_period_end : null;
  subscription.canceled_at = ends ? account.now() : null;
  if (subscription.cancellation_details) {
    subscription.cancellation_details.reason = ends ? 'cancellation_requested' : null;
  }
}

function comment(subscription: Stripe.Subscription, text: string | null | undefined): void {
  if (text && subscription.cancellation_details) subscription.cancellation_details.comment = text;
}

function mergeMetadata(metadata: Stripe.Metadata, changes: Stripe.Metadata): void {
  for (const [name, value] of Object.entries(changes)) {
    if (value === '') delete metadata[name];
    else metadata[name] = value;
  }
}
