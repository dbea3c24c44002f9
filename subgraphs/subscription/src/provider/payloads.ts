import { z } from 'zod';

/** What billing reads of Stripe's objects; whatever else they carry is left alone. */

const reference = z.union([z.string(), z.object({ id: z.string() }).transform(({ id }) => id)]);
const instant = z.int().transform((seconds) => new Date(seconds * 1000));
const metadata = z
  .record(z.string(), z.string())
  .nullish()
  .transform((value) => value ?? {});

const subscriptionStatus = z.enum([
  'incomplete',
  'incomplete_expired',
  'trialing',
  'active',
  'past_due',
  'unpaid',
  'paused',
  'canceled',
]);

const statusNames = {
  incomplete: 'INCOMPLETE',
  incomplete_expired: 'INCOMPLETE_EXPIRED',
  trialing: 'TRIALING',
  active: 'ACTIVE',
  past_due: 'PAST_DUE',
  unpaid: 'UNPAID',
  paused: 'PAUSED',
  canceled: 'CANCELED',
} as const;

const subscriptionItem = z.object({
  id: z.string(),
  price: z.object({ id: z.string(), lookup_key: z.string().nullish() }),
  current_period_start: instant.optional(),
  current_period_end: instant.optional(),
});

export const subscriptionPayload = z
  .object({
    id: z.string(),
    customer: reference,
    status: subscriptionStatus,
    items: z.object({ data: z.tuple([subscriptionItem], subscriptionItem) }),
    start_date: instant,
    // Before API version 2025-03-31 the period stood here and not on the item.
    current_period_start: instant.optional(),
    current_period_end: instant.optional(),
    trial_end: instant.nullish(),
    cancel_at_period_end: z.boolean(),
    canceled_at: instant.nullish(),
    ended_at: instant.nullish(),
    default_payment_method: reference.nullish(),
    metadata,
  })
  .transform(({ items, ...object }, refinement) => {
    const [item] = items.data;
    const currentPeriodStart = item.current_period_start ?? object.current_period_start;
    const currentPeriodEnd = item.current_period_end ?? object.current_period_end;
    if (!currentPeriodStart || !currentPeriodEnd) {
      refinement.addIssue({ code: 'custom', message: 'has no current period' });
      return z.NEVER;
    }
    return {
      providerId: object.id,
      providerItemId: item.id,
      customerId: object.customer,
      providerStatus: object.status,
      status: statusNames[object.status],
      providerPriceId: item.price.id,
      lookupKey: item.price.lookup_key ?? null,
      startedAt: object.start_date,
      currentPeriodStart,
      currentPeriodEnd,
      trialEndsAt: object.trial_end ?? null,
      cancelAtPeriodEnd: object.cancel_at_period_end,
      canceledAt: object.canceled_at ?? null,
      endedAt: object.ended_at ?? null,
      defaultPaymentMethodId: object.default_payment_method ?? null,
      metadata: object.metadata,
    };
  });

export type SubscriptionPayload = z.output<typeof subscriptionPayload>;

const invoiceStatus = z.enum(['draft', 'open', 'paid', 'void', 'uncollectible']);
const invoiceStatusNames = {
  draft: 'DRAFT',
  open: 'OPEN',
  paid: 'PAID',
  void: 'VOID',
  uncollectible: 'UNCOLLECTIBLE',
} as const;

const invoiceLine = z
  .object({
    amount: z.int(),
    currency: z.string().toUpperCase(),
    description: z.string().nullish(),
    period: z.object({ start: instant, end: instant }),
    pricing: z.object({ price_details: z.object({ price: reference }).nullish() }).nullish(),
    parent: z.object({ subscription_item_details: z.object({ proration: z.boolean() }).nullish() }).nullish(),
  })
  .transform(({ amount, currency, description, period, pricing, parent }) => ({
    amountMinor: amount,
    currency,
    description: description ?? '',
    periodStart: period.start,
    periodEnd: period.end,
    proration: parent?.subscription_item_details?.proration ?? false,
    providerPriceId: pricing?.price_details?.price ?? null,
  }));

export type InvoiceLinePayload = z.output<typeof invoiceLine>;

export const invoicePayload = z
  .object({
    id: z.string(),
    customer: reference,
    number: z.string().nullish(),
    status: invoiceStatus,
    currency: z.string().toUpperCase(),
    total: z.int(),
    total_taxes: z.array(z.object({ amount: z.int() })).nullish(),
    amount_paid: z.int(),
    created: instant,
    due_date: instant.nullish(),
    invoice_pdf: z.string().nullish(),
    hosted_invoice_url: z.string().nullish(),
    attempt_count: z.int(),
    next_payment_attempt: instant.nullish(),
    parent: z
      .object({ subscription_details: z.object({ subscription: reference, metadata }).nullish() })
      .nullish(),
    lines: z.object({ data: z.array(invoiceLine) }),
  })
  .transform((object) => ({
    providerId: object.id,
    customerId: object.customer,
    providerSubscriptionId: object.parent?.subscription_details?.subscription ?? null,
    metadata: object.parent?.subscription_details?.metadata ?? {},
    number: object.number ?? object.id,
    providerStatus: object.status,
    status: invoiceStatusNames[object.status],
    currency: object.currency,
    totalMinor: object.total,
    taxMinor: (object.total_taxes ?? []).reduce((sum, { amount }) => sum + amount, 0),
    amountPaidMinor: object.amount_paid,
    issuedAt: object.created,
    dueAt: object.due_date ?? null,
    pdfUrl: object.invoice_pdf ?? null,
    hostedUrl: object.hosted_invoice_url ?? null,
    attemptCount: object.attempt_count,
    nextAttemptAt: object.next_payment_attempt ?? null,
    lines: object.lines.data,
  }));

export type InvoicePayload = z.output<typeof invoicePayload>;

export const paymentMethodPayload = z.object({
  id: z.string(),
  customer: reference.nullish(),
  card: z.object({ brand: z.string(), last4: z.string(), exp_month: z.int(), exp_year: z.int() }).nullish(),
});

export const customerPayload = z.object({
  id: z.string(),
  invoice_settings: z.object({ default_payment_method: reference.nullish() }).nullish(),
});

export const checkoutPayload = z.object({
  id: z.string(),
  mode: z.string(),
  payment_status: z.string(),
  customer: reference.nullish(),
  metadata,
});
