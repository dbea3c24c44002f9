import type Stripe from 'stripe';

/**
 * Where an event stands among all events of one object. Stripe's clock has whole seconds, so within a second
 * the tie decides: how far the event's type and the object's status are along the life of the object, then the id.
 * The order is total and does not depend on the order of arrival.
 */
export interface EventOrder {
  /** Unix seconds. */
  readonly created: number;
  readonly tie: string;
}

export const isAfter = (a: EventOrder, b: EventOrder): boolean =>
  a.created === b.created ? a.tie > b.tie : a.created > b.created;

const subscriptionTypes = ['customer.subscription.created', 'customer.subscription.updated'];
const subscriptionStatuses: readonly Stripe.Subscription.Status[] = [
  'incomplete',
  'trialing',
  'active',
  'past_due',
  'unpaid',
  'paused',
  'incomplete_expired',
  'canceled',
];

const rank = (steps: readonly string[], step: string) => {
  const index = steps.indexOf(step);
  return String(index < 0 ? steps.length : index);
};

export const subscriptionOrder = (
  event: Pick<Stripe.Event, 'id' | 'type' | 'created'>,
  status: Stripe.Subscription.Status,
): EventOrder => {
  const type = event.type === 'customer.subscription.deleted' ? '9' : rank(subscriptionTypes, event.type);
  return { created: event.created, tie: `${type}${rank(subscriptionStatuses, status)}:${event.id}` };
};

const invoiceStatuses = ['draft', 'open', 'paid', 'uncollectible', 'void'];

export const invoiceOrder = (
  event: Pick<Stripe.Event, 'id' | 'created'>,
  { status, attempt_count }: Pick<Stripe.Invoice, 'status' | 'attempt_count'>,
): EventOrder => {
  const attempts = String(attempt_count).padStart(3, '0');
  return {
    created: event.created,
    tie: `${rank(invoiceStatuses, status ?? 'draft')}${attempts}:${event.id}`,
  };
};
