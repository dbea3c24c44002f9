import type Stripe from 'stripe';
import { type Account, createId, daySeconds, getStored, idOf } from '../account.ts';
import { canPayWith } from '../resources/payment-method.ts';
import { sumOf } from './invoice.lines.ts';

/** Days from one failed attempt to the next; after the last the invoice is given up. */
const retryDays = [3, 5, 7];

export interface InvoiceInput {
  readonly subscription: Stripe.Subscription;
  readonly lines: Stripe.InvoiceLineItem[];
  readonly reason: Stripe.Invoice.BillingReason;
  readonly period: { readonly start: number; readonly end: number };
}

/** The invoice these lines make for the customer as it stands; nothing is stored. */
export function draftInvoice(account: Account, input: InvoiceInput): Stripe.Invoice {
  const customer = getStored(account.state.customers, 'customer', idOf(input.subscription.customer) ?? '');
  const total = sumOf(input.lines);
  const due = Math.max(0, total + customer.balance);
  const id = createId('in');
  return {
    ...structuredClone(blankInvoice),
    id,
    amount_due: due,
    amount_remaining: due,
    billing_reason: input.reason,
    created: account.now(),
    currency: input.subscription.currency,
    customer: customer.id,
    customer_email: customer.email,
    customer_name: customer.name ?? null,
    lines: {
      object: 'list',
      data: input.lines.map((line) => ({ ...line, invoice: id })),
      has_more: false,
      url: `/v1/invoices/${id}/lines`,
    },
    parent: {
      quote_details: null,
      subscription_details: { metadata: input.subscription.metadata, subscription: input.subscription.id },
      type: 'subscription_details',
    },
    period_start: input.period.start,
    period_end: input.period.end,
    starting_balance: customer.balance,
    ending_balance: Math.min(0, total + customer.balance),
    status_transitions: { finalized_at: null, marked_uncollectible_at: null, paid_at: null, voided_at: null },
    subtotal: total,
    subtotal_excluding_tax: total,
    total,
    total_excluding_tax: total,
  };
}

/** Stores and finalises an invoice, takes the customer's balance into account, and leaves it open to be paid. */
export function issueInvoice(account: Account, input: InvoiceInput): Stripe.Invoice {
  const invoice = draftInvoice(account, input);
  const customer = getStored(account.state.customers, 'customer', String(invoice.customer));
  account.state.invoices[invoice.id] = invoice;
  account.emit('invoice.created', invoice);

  customer.balance = invoice.ending_balance ?? 0;
  customer.next_invoice_sequence = (customer.next_invoice_sequence ?? 1) + 1;
  invoice.number = `${customer.invoice_prefix}-${String(customer.next_invoice_sequence - 1).padStart(4, '0')}`;
  invoice.status = 'open';
  invoice.hosted_invoice_url = `${account.url}/i/${invoice.id}`;
  invoice.status_transitions.finalized_at = account.now();
  invoice.effective_at = account.now();
  account.emit('invoice.finalized', invoice);
  input.subscription.latest_invoice = invoice.id;
  return invoice;
}

/** Tries to collect an open invoice with the subscription's or the customer's card. */
export function collectInvoice(account: Account, invoice: Stripe.Invoice): boolean {
  invoice.attempted = true;
  invoice.attempt_count += 1;
  const collected = invoice.amount_due === 0 || canPayWith(cardFor(account, invoice));
  if (!collected) {
    const days = retryDays[invoice.attempt_count - 1];
    invoice.next_payment_attempt = days === undefined ? null : account.now() + days * daySeconds;
    account.emit('invoice.payment_failed', invoice);
    return false;
  }
  invoice.status = 'paid';
  invoice.amount_paid = invoice.amount_due;
  invoice.amount_remaining = 0;
  invoice.next_payment_attempt = null;
  invoice.status_transitions.paid_at = account.now();
  account.emit('invoice.paid', invoice);
  account.emit('invoice.payment_succeeded', invoice);
  return true;
}

export function voidInvoice(account: Account, invoice: Stripe.Invoice): void {
  invoice.status = 'void';
  invoice.next_payment_attempt = null;
  invoice.status_transitions.voided_at = account.now();
  account.emit('invoice.voided', invoice);
}

export const subscriptionOf = (account: Account, invoice: Stripe.Invoice) =>
  account.state.subscriptions[idOf(invoice.parent?.subscription_details?.subscription ?? null) ?? ''];

/** The card that pays this invoice: the subscription's own, else the customer's default. */
export function cardFor(account: Account, invoice: Stripe.Invoice): Stripe.PaymentMethod | undefined {
  const subscription = subscriptionOf(account, invoice);
  const customer = account.state.customers[String(invoice.customer)];
  const own = idOf(subscription?.default_payment_method ?? null);
  return account.state.paymentMethods[
    own ?? idOf(customer?.invoice_settings.default_payment_method ?? null) ?? ''
  ];
}

const blankInvoice = {
  object: 'invoice',
  account_country: 'KR',
  account_name: 'StudyMate (stand-in)',
  account_tax_ids: null,
  amount_overpaid: 0,
  amount_paid: 0,
  amount_shipping: 0,
  application: null,
  attempt_count: 0,
  attempted: false,
  auto_advance: true,
  automatic_tax: { disabled_reason: null, enabled: false, liability: null, provider: null, status: null },
  automatically_finalizes_at: null,
  collection_method: 'charge_automatically',
  custom_fields: null,
  customer_account: null,
  customer_address: null,
  customer_phone: null,
  customer_shipping: null,
  customer_tax_exempt: 'none',
  customer_tax_ids: [],
  default_payment_method: null,
  default_source: null,
  default_tax_rates: [],
  description: null,
  discounts: [],
  due_date: null,
  effective_at: null,
  footer: null,
  from_invoice: null,
  hosted_invoice_url: null,
  invoice_pdf: null,
  issuer: { type: 'self' },
  last_finalization_error: null,
  latest_revision: null,
  livemode: false,
  metadata: {},
  next_payment_attempt: null,
  number: null,
  on_behalf_of: null,
  payment_settings: { default_mandate: null, payment_method_options: null, payment_method_types: null },
  post_payment_credit_notes_amount: 0,
  pre_payment_credit_notes_amount: 0,
  receipt_number: null,
  rendering: null,
  shipping_cost: null,
  shipping_details: null,
  statement_descriptor: null,
  status: 'draft',
  test_clock: null,
  total_discount_amounts: [],
  total_pretax_credit_amounts: [],
  total_taxes: [],
  webhooks_delivered_at: null,
} satisfies Partial<Stripe.Invoice>;
