import type Stripe from 'stripe';
import type { Account } from '../account.ts';
import { cardDeclined } from '../errors.ts';
import { canPayWith } from '../resources/payment-method.ts';
import { buildLine, hasSameInterval, nameOf, prorationLines } from './invoice.lines.ts';
import { cardFor, draftInvoice, type InvoiceInput, issueInvoice } from './invoice.ts';
import { nextBoundary } from './period.ts';
import { settle } from './subscription.lifecycle.ts';
import { itemOf, planOf, recurringOf } from './subscription.shape.ts';

export interface Change {
  readonly price: Stripe.Price;
  readonly at: number;
  readonly behavior: 'always_invoice' | 'create_prorations' | 'none';
  /** Refuse with 402 and change nothing when the card does not pay. */
  readonly mustPay: boolean;
}

/** The lines a change of price would make right now; a new interval starts a new period at `at`. */
export function linesOf(subscription: Stripe.Subscription, change: Change): Stripe.InvoiceLineItem[] {
  const item = itemOf(subscription);
  const period = { start: item.current_period_start, end: item.current_period_end };
  const isFree = subscription.status === 'trialing';
  const prorations =
    isFree || change.behavior === 'none'
      ? []
      : prorationLines({ subscription, from: item.price, to: change.price, period, at: change.at });
  if (isFree || hasSameInterval(item.price, change.price)) return prorations;
  return [...prorations, fullPeriodLine(subscription, change.price, change.at)];
}

export function fullPeriodLine(
  subscription: Stripe.Subscription,
  price: Stripe.Price,
  start: number,
): Stripe.InvoiceLineItem {
  const end = nextBoundary(start, recurringOf(price), start);
  return buildLine({
    subscription,
    price,
    amount: price.unit_amount ?? 0,
    description: `1 × ${nameOf(price)}`,
    period: { start, end },
    proration: false,
  });
}

/** The invoice that the change would issue at once; nothing is stored. */
export const previewChange = (account: Account, subscription: Stripe.Subscription, change: Change) =>
  draftInvoice(account, invoiceInput(subscription, change));

const invoiceInput = (subscription: Stripe.Subscription, change: Change): InvoiceInput => ({
  subscription,
  lines: linesOf(subscription, change),
  reason: 'subscription_update',
  period: { start: change.at, end: change.at },
});

/** Moves the subscription to another price. The caller announces `customer.subscription.updated`. */
export function changePrice(account: Account, subscription: Stripe.Subscription, change: Change): void {
  const item = itemOf(subscription);
  if (item.price.id === change.price.id) return;
  const restarts = !hasSameInterval(item.price, change.price) && subscription.status !== 'trialing';
  const input = invoiceInput(subscription, change);
  const invoicesNow = input.lines.length > 0 && (change.behavior === 'always_invoice' || restarts);

  const draft = draftInvoice(account, input);
  const card = cardFor(account, draft);
  if (invoicesNow && change.mustPay && draft.amount_due > 0 && !canPayWith(card)) throw cardDeclined();

  item.price = change.price;
  item.plan = planOf(change.price);
  if (restarts) {
    subscription.billing_cycle_anchor = change.at;
    item.current_period_start = change.at;
    item.current_period_end = nextBoundary(change.at, recurringOf(change.price), change.at);
  }
  if (invoicesNow) settle(account, issueInvoice(account, input));
  else if (input.lines.length > 0) {
    account.state.pendingLines[subscription.id] = [
      ...(account.state.pendingLines[subscription.id] ?? []),
      ...input.lines,
    ];
  }
}
