import type Stripe from 'stripe';
import { z } from 'zod';
import { type Account, createId, getStored } from '../account.ts';
import { endSubscription } from '../billing/subscription.lifecycle.ts';
import { badRequest } from '../errors.ts';
import { emptyable, listPage, listParameters, metadata, type Routes, route } from '../routing.ts';
import { attachPaymentMethod } from './payment-method.ts';

const details = {
  email: emptyable.optional(),
  name: emptyable.optional(),
  description: emptyable.optional(),
  phone: emptyable.optional(),
  metadata: metadata.optional(),
  preferred_locales: z.array(z.string()).optional(),
  invoice_settings: z.strictObject({ default_payment_method: emptyable }).optional(),
};
const createParameters = z.strictObject({ ...details, payment_method: z.string().optional() });
const updateParameters = z.strictObject(details);
type Details = z.output<typeof updateParameters>;

export const customerRoutes: Routes = {
  'POST /v1/customers': route(createParameters, ({ account, input: { payment_method, ...input } }) => {
    const customer = createCustomer(account, input);
    if (payment_method) attachPaymentMethod(account, payment_method, customer.id);
    return customer;
  }),
  'GET /v1/customers': route(listParameters({ email: z.string().optional() }), ({ account, input }) => {
    const customers = Object.values(account.state.customers);
    const found = customers.filter(({ email }) => input.email === undefined || email === input.email);
    return listPage(found, input, '/v1/customers');
  }),
  'GET /v1/customers/:id': route(z.strictObject({}), ({ account, id }) =>
    getStored(account.state.customers, 'customer', id),
  ),
  'POST /v1/customers/:id': route(updateParameters, ({ account, id, input }) => {
    const customer = getStored(account.state.customers, 'customer', id);
    apply(account, customer, input);
    account.emit('customer.updated', customer);
    return customer;
  }),
  'DELETE /v1/customers/:id': route(z.strictObject({}), ({ account, id }) => {
    const customer = getStored(account.state.customers, 'customer', id);
    for (const subscription of Object.values(account.state.subscriptions)) {
      const isTheirs = subscription.customer === id && subscription.status !== 'canceled';
      if (isTheirs) endSubscription(account, subscription, 'cancellation_requested');
    }
    for (const [card, { customer: owner }] of Object.entries(account.state.paymentMethods)) {
      if (owner === id) delete account.state.paymentMethods[card];
    }
    delete account.state.customers[id];
    account.emit('customer.deleted', customer);
    return { id, object: 'customer', deleted: true };
  }),
};

export function createCustomer(account: Account, input: Details): Stripe.Customer {
  const customer: Stripe.Customer = {
    id: createId('cus', 14),
    object: 'customer',
    address: null,
    balance: 0,
    created: account.now(),
    currency: null,
    customer_account: null,
    default_source: null,
    delinquent: false,
    description: null,
    discount: null,
    email: null,
    invoice_prefix: createId('', 8).slice(1).toUpperCase(),
    invoice_settings: {
      custom_fields: null,
      default_payment_method: null,
      footer: null,
      rendering_options: null,
    },
    livemode: false,
    metadata: {},
    name: null,
    next_invoice_sequence: 1,
    phone: null,
    preferred_locales: [],
    shipping: null,
    tax_exempt: 'none',
    test_clock: null,
  };
  apply(account, customer, input);
  account.state.customers[customer.id] = customer;
  account.emit('customer.created', customer);
  return customer;
}

function apply(account: Account, customer: Stripe.Customer, input: Details): void {
  if (input.email !== undefined) customer.email = input.email;
  if (input.name !== undefined) customer.name = input.name;
  if (input.description !== undefined) customer.description = input.description;
  if (input.phone !== undefined) customer.phone = input.phone;
  if (input.preferred_locales) customer.preferred_locales = input.preferred_locales;
  Object.assign(customer.metadata, input.metadata);
  if (input.invoice_settings) {
    const method = input.invoice_settings.default_payment_method;
    if (method && account.state.paymentMethods[method]?.customer !== customer.id) {
      throw badRequest(`The customer has no payment method ${method}.`, 'invoice_settings');
    }
    customer.invoice_settings.default_payment_method = method;
  }
}
