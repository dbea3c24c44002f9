import type Stripe from 'stripe';
import { z } from 'zod';
import { type Account, createId, getStored } from '../account.ts';
import { badRequest, cardDeclined, missing } from '../errors.ts';
import { integer, listPage, listParameters, metadata, type Routes, route } from '../routing.ts';

interface TestCard {
  readonly number: string;
  readonly brand: string;
  /** `attach`: refused when it is saved; `charge`: saved, and every charge fails. */
  readonly fails?: 'attach' | 'charge';
}

/** Stripe's test cards and the tokens that stand for them. */
const testCards: Record<string, TestCard> = {
  pm_card_visa: { number: '4242424242424242', brand: 'visa' },
  pm_card_mastercard: { number: '5555555555554444', brand: 'mastercard' },
  pm_card_kr: { number: '4000004100000006', brand: 'visa' },
  pm_card_chargeDeclined: { number: '4000000000000002', brand: 'visa', fails: 'attach' },
  pm_card_chargeCustomerFail: { number: '4000000000000341', brand: 'visa', fails: 'charge' },
};
const cards = Object.values(testCards);

const listFilters = listParameters({ customer: z.string().optional(), type: z.literal('card').optional() });
const createParameters = z.strictObject({
  type: z.literal('card'),
  card: z.union([
    z.strictObject({ token: z.string() }),
    z.strictObject({ number: z.string(), exp_month: integer, exp_year: integer, cvc: z.string().optional() }),
  ]),
  metadata: metadata.optional(),
});

export const paymentMethodRoutes: Routes = {
  'POST /v1/payment_methods': route(createParameters, ({ account, input: { card } }) =>
    createCard(account, 'token' in card ? numberOfToken(card.token) : card.number),
  ),
  'GET /v1/payment_methods': route(listFilters, ({ account, input }) => {
    const methods = Object.values(account.state.paymentMethods);
    const found = methods.filter(({ customer }) => !input.customer || customer === input.customer);
    return listPage(found, input, '/v1/payment_methods');
  }),
  'GET /v1/customers/:id/payment_methods': route(listFilters, ({ account, id, input }) => {
    getStored(account.state.customers, 'customer', id);
    const methods = Object.values(account.state.paymentMethods).filter(({ customer }) => customer === id);
    return listPage(methods, input, `/v1/customers/${id}/payment_methods`);
  }),
  'GET /v1/payment_methods/:id': route(z.strictObject({}), ({ account, id }) =>
    getStored(account.state.paymentMethods, 'PaymentMethod', id),
  ),
  'POST /v1/payment_methods/:id/attach': route(
    z.strictObject({ customer: z.string() }),
    ({ account, id, input }) => attachPaymentMethod(account, id, input.customer),
  ),
  'POST /v1/payment_methods/:id/detach': route(z.strictObject({}), ({ account, id }) => {
    const method = getStored(account.state.paymentMethods, 'PaymentMethod', id);
    method.customer = null;
    account.emit('payment_method.detached', method);
    return method;
  }),
};

function numberOfToken(token: string): string {
  const card = testCards[token.replace(/^tok_/, 'pm_card_')];
  if (!card) throw missing('token', token);
  return card.number;
}

/** Saves a card (a test token such as `pm_card_visa`, or an own id) for a customer. */
export function attachPaymentMethod(account: Account, id: string, customerId: string): Stripe.PaymentMethod {
  getStored(account.state.customers, 'customer', customerId);
  const token = testCards[id];
  const method = token
    ? createCard(account, token.number)
    : getStored(account.state.paymentMethods, 'PaymentMethod', id);
  if (failureOf(method) === 'attach') throw cardDeclined();
  method.customer = customerId;
  account.emit('payment_method.attached', method);
  return method;
}

/** A card as typed into a hosted page or sent as a token. Only test numbers exist here. */
export function createCard(account: Account, number: string): Stripe.PaymentMethod {
  const digits = number.replaceAll(/[\s-]/g, '');
  const card = cards.find((candidate) => candidate.number === digits);
  if (!card)
    throw badRequest('Your card number is incorrect: use a test card such as 4242 4242 4242 4242.', 'number');

  const method: Stripe.PaymentMethod = {
    id: createId('pm'),
    object: 'payment_method',
    allow_redisplay: 'unspecified',
    billing_details: { address: null, email: null, name: null, phone: null, tax_id: null },
    card: describeCard(card, new Date(account.now() * 1000)),
    created: account.now(),
    customer: null,
    customer_account: null,
    livemode: false,
    metadata: {},
    type: 'card',
  };
  account.state.paymentMethods[method.id] = method;
  return method;
}

const describeCard = ({ number, brand }: TestCard, today: Date): Stripe.PaymentMethod.Card => ({
  brand,
  checks: { address_line1_check: null, address_postal_code_check: null, cvc_check: 'pass' },
  country: number.startsWith('400000410') ? 'KR' : 'US',
  display_brand: brand,
  exp_month: 12,
  exp_year: today.getUTCFullYear() + 3,
  fingerprint: `test${number.slice(-4)}`,
  funding: 'credit',
  generated_from: null,
  last4: number.slice(-4),
  networks: { available: [brand], preferred: null },
  regulated_status: 'unregulated',
  three_d_secure_usage: { supported: true },
  wallet: null,
});

const failureOf = ({ card }: Stripe.PaymentMethod) =>
  cards.find(({ number }) => number.endsWith(card?.last4 ?? 'none'))?.fails ?? null;

/** Whether a charge of this card goes through. No card pays nothing. */
export const canPayWith = (method: Stripe.PaymentMethod | undefined) =>
  method !== undefined && failureOf(method) === null;
