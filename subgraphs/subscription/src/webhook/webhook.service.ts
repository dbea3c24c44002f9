import type Stripe from 'stripe';
import type { Context } from '../context.ts';
import { grant, withAccount } from '../credit/credit.ledger.ts';
import { findPack } from '../credit/credit-packs.ts';
import { grantForInvoice } from '../credit/plan-credits.ts';
import { applyInvoice } from '../invoice/invoice.sync.ts';
import { applyPaymentMethod } from '../payment-method/payment-method.sync.ts';
import { monthly, periodStart } from '../period/period.ts';
import { invoiceOrder, subscriptionOrder } from '../provider/event-order.ts';
import {
  checkoutPayload,
  customerPayload,
  invoicePayload,
  paymentMethodPayload,
  subscriptionPayload,
} from '../provider/payloads.ts';
import { metadataNames } from '../provider/provider.ts';
import { reconcileSubscription } from '../subscription/subscription.reconcile.ts';
import { type Applied, applyReport, findOwner } from '../subscription/subscription.sync.ts';

type Outcome = Applied | 'repeated' | 'ignored';

type Handler = (context: Context, event: Stripe.Event) => Promise<Applied>;

const onSubscription: Handler = async (context, event) => {
  const payload = subscriptionPayload.parse(event.data.object);
  const order = subscriptionOrder(event, payload.providerStatus);
  await context.providerEvents.lockObject(payload.providerId);
  const applied = await applyReport(context, payload, order);
  if (applied === 'foreign') return applied;
  await context.subscriptions.recordEvent({
    providerEventId: event.id,
    providerSubscriptionId: payload.providerId,
    at: new Date(event.created * 1000),
    type: event.type,
    tie: order.tie,
    status: payload.status,
  });
  if (applied === 'tied') await context.jobs.enqueue('processPayment', { eventId: event.id });
  return applied;
};

const onInvoice: Handler = async (context, event) => {
  const payload = invoicePayload.parse(event.data.object);
  await context.providerEvents.lockObject(payload.providerId);
  const order = invoiceOrder(event, { status: payload.providerStatus, attempt_count: payload.attemptCount });
  const userId = await applyInvoice(context, payload, order);
  if (userId === null) return 'foreign';
  if (event.type === 'invoice.paid') await grantForInvoice(context, userId, payload);
  return 'applied';
};

const onCheckout: Handler = async (context, event) => {
  const { id, mode, payment_status, customer, metadata } = checkoutPayload.parse(event.data.object);
  const pack = findPack(metadata[metadataNames.pack] ?? '');
  if (mode !== 'payment' || payment_status !== 'paid' || !pack) return 'applied';
  const userId = await findOwner(context, { customerId: customer ?? '', metadata });
  if (userId === null) return 'foreign';
  await withAccount(context, userId, (account) =>
    grant(context, account, {
      source: 'PURCHASE',
      reference: `checkout:${id}`,
      amount: pack.credits,
      expiresAt: periodStart(new Date(event.created * 1000), monthly, 12),
      memo: `${pack.credits} credits bought.`,
    }),
  );
  return 'applied';
};

const onCustomer: Handler = async (context, event) => {
  const { id, invoice_settings } = customerPayload.parse(event.data.object);
  const defaultPaymentMethodId = invoice_settings?.default_payment_method ?? null;
  await context.accounts.applyCustomer(id, { defaultPaymentMethodId, watermark: event.created });
  return 'applied';
};

const onPaymentMethod: Handler = async (context, event) => {
  const payload = paymentMethodPayload.parse(event.data.object);
  await context.providerEvents.lockObject(payload.id);
  const attached = event.type !== 'payment_method.detached';
  await applyPaymentMethod(context, payload, { created: event.created, attached });
  return 'applied';
};

const handlers: Readonly<Record<string, Handler>> = {
  'customer.subscription.created': onSubscription,
  'customer.subscription.updated': onSubscription,
  'customer.subscription.deleted': onSubscription,
  'customer.subscription.paused': onSubscription,
  'customer.subscription.resumed': onSubscription,
  'invoice.created': onInvoice,
  'invoice.finalized': onInvoice,
  'invoice.updated': onInvoice,
  'invoice.paid': onInvoice,
  'invoice.payment_failed': onInvoice,
  'invoice.voided': onInvoice,
  'invoice.marked_uncollectible': onInvoice,
  'checkout.session.completed': onCheckout,
  'checkout.session.async_payment_succeeded': onCheckout,
  'customer.updated': onCustomer,
  'payment_method.attached': onPaymentMethod,
  'payment_method.updated': onPaymentMethod,
  'payment_method.automatically_updated': onPaymentMethod,
  'payment_method.detached': onPaymentMethod,
};

/**
 * Acts on a genuine event, once: its entry in the ledger and its effect share a transaction. Stripe is not asked on
 * the way; what needs its answer is left to the job. Throws when it could not be done now, so that it comes again.
 */
export async function receiveProviderEvent(context: Context, event: Stripe.Event): Promise<Outcome> {
  const handler = handlers[event.type];
  if (!handler) return 'ignored';
  return context.transaction(async (inner) => {
    if (!(await inner.providerEvents.accept(event, JSON.parse(JSON.stringify(event))))) return 'repeated';
    const outcome = await handler(inner, event);
    // The customer of a deleted account: Stripe goes on telling for a while.
    if (outcome === 'foreign') await inner.providerEvents.forgetPayload(event.id);
    return outcome;
  });
}

/** The job behind a subscription event that came in the same second as another: asks Stripe which state holds. */
export async function processPayment(context: Context, { eventId }: { eventId: string }): Promise<void> {
  const event = await context.providerEvents.findSubscriptionId(eventId);
  if (event !== null) await reconcileSubscription(context, event);
}
