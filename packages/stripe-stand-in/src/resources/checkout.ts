import type Stripe from 'stripe';
import { z } from 'zod';
import { type Account, createId, daySeconds, getStored } from '../account.ts';
import { startSubscription } from '../billing/subscription.lifecycle.ts';
import { badRequest, cardDeclined } from '../errors.ts';
import { type Call, integer, listPage, listParameters, metadata, type Routes, route } from '../routing.ts';
import type { CheckoutDetails } from '../store.ts';
import { blankSession } from './checkout.shape.ts';
import { createCustomer } from './customer.ts';
import { attachPaymentMethod, canPayWith, createCard } from './payment-method.ts';

const webAddress = z.url({ protocol: /^https?$/ });
const lineItem = z.strictObject({
  price: z.string().optional(),
  price_data: z
    .strictObject({
      currency: z.string().length(3).toLowerCase(),
      unit_amount: integer.min(0),
      product_data: z.strictObject({ name: z.string(), description: z.string().optional() }),
    })
    .optional(),
  quantity: integer.min(1).default(1),
});
const createParameters = z.strictObject({
  mode: z.enum(['payment', 'subscription']),
  line_items: z.array(lineItem).min(1).max(20),
  success_url: webAddress,
  cancel_url: webAddress.optional(),
  customer: z.string().optional(),
  customer_email: z.string().optional(),
  client_reference_id: z.string().optional(),
  expires_at: integer.optional(),
  locale: z.string().optional(),
  metadata: metadata.default({}),
  payment_method_types: z.array(z.string()).optional(),
  subscription_data: z
    .strictObject({ trial_period_days: integer.min(1).optional(), metadata: metadata.default({}) })
    .optional(),
});
type Input = z.output<typeof createParameters>;
const listFilters = listParameters({ customer: z.string().optional(), subscription: z.string().optional() });

export const checkoutRoutes: Routes = {
  'POST /v1/checkout/sessions': route(createParameters, (call) => createSession(call)),
  'GET /v1/checkout/sessions': route(listFilters, ({ account, input }) => {
    const found = Object.values(account.state.checkoutSessions).filter(
      ({ customer, subscription }) =>
        (!input.customer || customer === input.customer) &&
        (!input.subscription || subscription === input.subscription),
    );
    return listPage(found, input, '/v1/checkout/sessions');
  }),
  'GET /v1/checkout/sessions/:id': route(z.strictObject({}), ({ account, id }) =>
    getStored(account.state.checkoutSessions, 'checkout.session', id),
  ),
  'POST /v1/checkout/sessions/:id/expire': route(z.strictObject({}), ({ account, id }) => {
    const session = getStored(account.state.checkoutSessions, 'checkout.session', id);
    if (session.status !== 'open')
      throw badRequest('Only Checkout Sessions with a status of open can be expired.');
    session.status = 'expired';
    session.url = null;
    account.emit('checkout.session.expired', session);
    return session;
  }),
};

function createSession({ account, input }: Call<Input>): Stripe.Checkout.Session {
  if (input.customer) getStored(account.state.customers, 'customer', input.customer);
  const { lines, currency } = linesOf(account, input);
  const expiresAt = input.expires_at ?? account.now() + daySeconds;
  if (expiresAt < account.now() + 1800 || expiresAt > account.now() + daySeconds) {
    throw badRequest(
      'The `expires_at` timestamp must be between 30 minutes and 24 hours from now.',
      'expires_at',
    );
  }
  const id = createId('cs_test', 40);
  const total = lines.reduce((sum, { amount, quantity }) => sum + amount * quantity, 0);
  const trialDays = input.subscription_data?.trial_period_days ?? 0;
  const session: Stripe.Checkout.Session = {
    ...structuredClone(blankSession),
    id,
    amount_subtotal: trialDays > 0 ? 0 : total,
    amount_total: trialDays > 0 ? 0 : total,
    cancel_url: input.cancel_url ?? null,
    client_reference_id: input.client_reference_id ?? null,
    created: account.now(),
    currency,
    customer: input.customer ?? null,
    customer_email: input.customer_email ?? null,
    expires_at: expiresAt,
    locale: input.locale ?? null,
    metadata: input.metadata,
    mode: input.mode,
    success_url: input.success_url,
    url: `${account.url}/c/pay/${id}`,
  };
  account.state.checkoutSessions[id] = session;
  account.state.checkoutDetails[id] = {
    lines,
    trialDays,
    subscriptionMetadata: input.subscription_data?.metadata ?? {},
  };
  return session;
}

function linesOf(account: Account, input: Input): { lines: CheckoutDetails['lines']; currency: string } {
  const priced = input.line_items.map(({ price, price_data, quantity }) => {
    if (price_data) {
      const { unit_amount: amount, currency, product_data } = price_data;
      return { name: product_data.name, amount, quantity, priceId: null, currency, recurs: false };
    }
    const stored = getStored(account.state.prices, 'price', price ?? '');
    const product = account.state.products[String(stored.product)];
    const name = product?.name ?? stored.id;
    const recurs = stored.recurring !== null;
    return {
      name,
      amount: stored.unit_amount ?? 0,
      quantity,
      priceId: stored.id,
      currency: stored.currency,
      recurs,
    };
  });
  const currency = priced[0]?.currency ?? '';
  if (priced.some((line) => line.currency !== currency))
    throw badRequest('All prices must share a currency.');
  const fits =
    input.mode === 'subscription'
      ? priced.length === 1 && priced[0]?.recurs
      : !priced.some(({ recurs }) => recurs);
  if (!fits) throw badRequest(`These prices can not be bought in mode \`${input.mode}\`.`, 'line_items');
  return {
    lines: priced.map(({ name, amount, quantity, priceId }) => ({ name, amount, quantity, priceId })),
    currency,
  };
}

/** Pays an open session with a typed-in card, as the hosted page does. Throws Stripe's card error if it is declined. */
export function completeSession(
  account: Account,
  session: Stripe.Checkout.Session,
  cardNumber: string,
): void {
  if (session.status !== 'open') throw badRequest('This Checkout Session is no longer open.');
  const details = getStored(account.state.checkoutDetails, 'checkout.session', session.id);
  const method = createCard(account, cardNumber);
  if (details.trialDays === 0 && (session.amount_total ?? 0) > 0 && !canPayWith(method)) throw cardDeclined();

  session.customer ??= createCustomer(account, { email: session.customer_email ?? undefined }).id;
  if (session.mode === 'subscription') subscribe(account, session, { ...details, methodId: method.id });
  else session.payment_intent = createId('pi');
  session.payment_status = session.amount_total === 0 ? 'no_payment_required' : 'paid';
  session.status = 'complete';
  session.url = null;
  account.emit('checkout.session.completed', session);
}

function subscribe(
  account: Account,
  session: Stripe.Checkout.Session,
  details: CheckoutDetails & { methodId: string },
): void {
  attachPaymentMethod(account, details.methodId, String(session.customer));
  const subscription = startSubscription(account, {
    customerId: String(session.customer),
    price: getStored(account.state.prices, 'price', details.lines[0]?.priceId ?? ''),
    trialDays: details.trialDays,
    paymentMethodId: details.methodId,
    metadata: details.subscriptionMetadata,
  });
  session.subscription = subscription.id;
  session.invoice = subscription.latest_invoice;
}
