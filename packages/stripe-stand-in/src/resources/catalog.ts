import Stripe from 'stripe';
import { z } from 'zod';
import { type Account, createId, getStored } from '../account.ts';
import { badRequest } from '../errors.ts';
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

const productParameters = z.strictObject({
  id: z.string().optional(),
  name: z.string(),
  description: emptyable.optional(),
  active: flag.default(true),
  metadata: metadata.default({}),
});
const priceParameters = z.strictObject({
  currency: z.string().length(3).toLowerCase(),
  unit_amount: integer.min(0),
  product: z.string().optional(),
  product_data: z.strictObject({ name: z.string(), metadata: metadata.default({}) }).optional(),
  recurring: z
    .strictObject({
      interval: z.enum(['day', 'week', 'month', 'year']),
      interval_count: integer.min(1).default(1),
      usage_type: z.literal('licensed').optional(),
    })
    .optional(),
  lookup_key: z.string().optional(),
  transfer_lookup_key: flag.default(false),
  nickname: z.string().optional(),
  active: flag.default(true),
  metadata: metadata.default({}),
  tax_behavior: z.enum(['inclusive', 'exclusive', 'unspecified']).optional(),
});
const priceFilters = listParameters({
  active: flag.optional(),
  product: z.string().optional(),
  currency: z.string().optional(),
  lookup_keys: z.array(z.string()).optional(),
});

export const catalogRoutes: Routes = {
  'POST /v1/products': route(productParameters, ({ account, input }) => createProduct(account, input)),
  'GET /v1/products': route(listParameters({ active: flag.optional() }), ({ account, input }) => {
    const products = Object.values(account.state.products);
    const found = products.filter(({ active }) => input.active === undefined || active === input.active);
    return listPage(found, input, '/v1/products');
  }),
  'GET /v1/products/:id': route(z.strictObject({}), ({ account, id }) =>
    getStored(account.state.products, 'product', id),
  ),
  'POST /v1/prices': route(priceParameters, ({ account, input }) => createPrice(account, input)),
  'GET /v1/prices': route(priceFilters, ({ account, input }) => {
    const found = Object.values(account.state.prices).filter(
      (price) =>
        (input.active === undefined || price.active === input.active) &&
        (!input.product || price.product === input.product) &&
        (!input.currency || price.currency === input.currency) &&
        (!input.lookup_keys || input.lookup_keys.includes(price.lookup_key ?? '')),
    );
    return listPage(found, input, '/v1/prices');
  }),
  'GET /v1/prices/:id': route(z.strictObject({}), ({ account, id }) =>
    getStored(account.state.prices, 'price', id),
  ),
  'POST /v1/prices/:id': route(
    z.strictObject({
      active: flag.optional(),
      nickname: z.string().optional(),
      metadata: metadata.optional(),
    }),
    ({ account, id, input }) => {
      const price = getStored(account.state.prices, 'price', id);
      if (input.active !== undefined) price.active = input.active;
      if (input.nickname !== undefined) price.nickname = input.nickname;
      Object.assign(price.metadata, input.metadata);
      account.emit('price.updated', price);
      return price;
    },
  ),
};

function createProduct(account: Account, input: z.output<typeof productParameters>): Stripe.Product {
  const id = input.id ?? createId('prod', 14);
  if (account.state.products[id]) {
    throw badRequest(`Product already exists: ${id}`, 'id', 'resource_already_exists');
  }
  const product: Stripe.Product = {
    id,
    object: 'product',
    active: input.active,
    created: account.now(),
    default_price: null,
    description: input.description ?? null,
    images: [],
    livemode: false,
    marketing_features: [],
    metadata: input.metadata,
    name: input.name,
    package_dimensions: null,
    shippable: null,
    statement_descriptor: null,
    tax_code: null,
    tax_details: null,
    type: 'service',
    unit_label: null,
    updated: account.now(),
    url: null,
  };
  account.state.products[id] = product;
  account.emit('product.created', product);
  return product;
}

function createPrice(account: Account, input: z.output<typeof priceParameters>): Stripe.Price {
  const taken = Object.values(account.state.prices).find(
    ({ lookup_key }) => lookup_key && lookup_key === input.lookup_key,
  );
  if (taken && !input.transfer_lookup_key) {
    throw badRequest(
      `A price (\`${taken.id}\`) already uses that lookup key. Try with \`transfer_lookup_key=true\`.`,
      'lookup_key',
    );
  }
  if (taken) taken.lookup_key = null;
  const price = buildPrice(account, input, productOf(account, input));
  account.state.prices[price.id] = price;
  account.emit('price.created', price);
  return price;
}

function productOf(account: Account, input: z.output<typeof priceParameters>): string {
  if (input.product) return getStored(account.state.products, 'product', input.product).id;
  if (!input.product_data)
    throw badRequest('Missing required param: product.', 'product', 'parameter_missing');
  return createProduct(account, { ...input.product_data, active: true }).id;
}

const buildPrice = (
  account: Account,
  input: z.output<typeof priceParameters>,
  product: string,
): Stripe.Price => ({
  id: createId('price'),
  object: 'price',
  active: input.active,
  billing_scheme: 'per_unit',
  created: account.now(),
  currency: input.currency,
  custom_unit_amount: null,
  livemode: false,
  lookup_key: input.lookup_key ?? null,
  metadata: input.metadata,
  nickname: input.nickname ?? null,
  product,
  recurring: input.recurring
    ? {
        interval: input.recurring.interval,
        interval_count: input.recurring.interval_count,
        meter: null,
        trial_period_days: null,
        usage_type: 'licensed',
      }
    : null,
  tax_behavior: input.tax_behavior ?? 'unspecified',
  tiers_mode: null,
  transform_quantity: null,
  type: input.recurring ? 'recurring' : 'one_time',
  unit_amount: input.unit_amount,
  unit_amount_decimal: Stripe.Decimal.from(input.unit_amount),
});
