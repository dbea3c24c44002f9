import type Stripe from 'stripe';
import type { Account } from '../account.ts';
import { buildLine, nameOf } from './invoice.lines.ts';
import { collectInvoice, issueInvoice, subscriptionOf, voidInvoice } from './invoice.ts';
import { nextBoundary } from './period.ts';
import { buildSubscription, itemOf, recurringOf, type SubscriptionInput } from './subscription.shape.ts';

const incompleteSeconds = 23 * 3600;

/** Starts a subscription as Stripe does: created, first invoice, paid, then active (or trialing at once). */
export function startSubscription(account: Account, input: SubscriptionInput): Stripe.Subscription {
  const subscription = buildSubscription(account, input);
  account.state.subscriptions[subscription.id] = subscription;
  account.emit('customer.subscription.created', subscription);
  billPeriod(account, subscription, 'subscription_create');
  return subscription;
}

/** Issues and collects the invoice of the period the subscription is in, and moves its status on. */
function billPeriod(
  account: Account,
  subscription: Stripe.Subscription,
  reason: Stripe.Invoice.BillingReason,
): void {
  const item = itemOf(subscription);
  const period = { start: item.current_period_start, end: item.current_period_end };
  const isTrial = subscription.status === 'trialing';
  const line = buildLine({
    subscription,
    price: item.price,
    amount: isTrial ? 0 : (item.price.unit_amount ?? 0) * (item.quantity ?? 1),
    description: isTrial ? `Trial period for ${nameOf(item.price)}` : `1 × ${nameOf(item.price)}`,
    period,
    proration: false,
  });
  const pending = account.state.pendingLines[subscription.id] ?? [];
  delete account.state.pendingLines[subscription.id];
  const invoice = issueInvoice(account, { subscription, lines: [...pending, line], reason, period });
  settle(account, invoice);
}

/** Collects an invoice and lets its subscription follow: paid → active, failed → past due, given up → canceled. */
export function settle(account: Account, invoice: Stripe.Invoice): boolean {
  const collected = collectInvoice(account, invoice);
  const subscription = subscriptionOf(account, invoice);
  if (!subscription || subscription.status === 'canceled') return collected;

  const isCurrent = subscription.latest_invoice === invoice.id;
  if (collected && isCurrent && subscription.status !== 'trialing')
    setStatus(account, subscription, 'active');
  if (!collected && subscription.status === 'active') setStatus(account, subscription, 'past_due');
  if (!collected && invoice.next_payment_attempt === null)
    endSubscription(account, subscription, 'payment_failed');
  return collected;
}

function setStatus(
  account: Account,
  subscription: Stripe.Subscription,
  status: Stripe.Subscription.Status,
): void {
  if (subscription.status === status) return;
  subscription.status = status;
  account.emit('customer.subscription.updated', subscription);
}

/** Ends a subscription now; what is unpaid of it is no longer collected. */
export function endSubscription(
  account: Account,
  subscription: Stripe.Subscription,
  reason: Stripe.Subscription.CancellationDetails.Reason,
): void {
  subscription.status = 'canceled';
  subscription.canceled_at ??= account.now();
  subscription.ended_at = account.now();
  if (subscription.cancellation_details) subscription.cancellation_details.reason ??= reason;
  voidOpenInvoices(account, subscription);
  account.emit('customer.subscription.deleted', subscription);
}

function voidOpenInvoices(account: Account, subscription: Stripe.Subscription): void {
  for (const invoice of Object.values(account.state.invoices)) {
    if (invoice.status === 'open' && subscriptionOf(account, invoice) === subscription)
      voidInvoice(account, invoice);
  }
}

/** Does everything that is due at the account's present time: renewals, ends, retries, expiries. */
export function advance(account: Account): void {
  for (const subscription of Object.values(account.state.subscriptions)) {
    while (renewIfDue(account, subscription));
  }
  for (const invoice of Object.values(account.state.invoices)) {
    const due = invoice.next_payment_attempt;
    if (invoice.status === 'open' && due !== null && due <= account.now()) settle(account, invoice);
  }
  for (const session of Object.values(account.state.checkoutSessions)) {
    if (session.status !== 'open' || session.expires_at > account.now()) continue;
    session.status = 'expired';
    session.url = null;
    account.emit('checkout.session.expired', session);
  }
}

function renewIfDue(account: Account, subscription: Stripe.Subscription): boolean {
  const now = account.now();
  const { status } = subscription;
  if (status === 'incomplete' && subscription.created + incompleteSeconds <= now) {
    voidOpenInvoices(account, subscription);
    setStatus(account, subscription, 'incomplete_expired');
  }
  const item = itemOf(subscription);
  const runs = status === 'active' || status === 'trialing' || status === 'past_due';
  if (!runs || item.current_period_end > now) return false;
  if (subscription.cancel_at_period_end) {
    endSubscription(account, subscription, 'cancellation_requested');
    return false;
  }
  const start = item.current_period_end;
  item.current_period_start = start;
  item.current_period_end = nextBoundary(subscription.billing_cycle_anchor, recurringOf(item.price), start);
  if (status === 'trialing') subscription.status = 'active';
  account.emit('customer.subscription.updated', subscription);
  billPeriod(account, subscription, 'subscription_cycle');
  return true;
}
