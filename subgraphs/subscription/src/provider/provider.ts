import { createHash } from 'node:crypto';
import type { BillingAccount, Plan, Price } from '@studymate/database/subscription';
import Stripe from 'stripe';
import type { CreditPack } from '../credit/credit-packs.ts';
import { createGuard, type Guard, isMissing } from './breaker.ts';
import { ensurePrice } from './ensure-price.ts';

/** Names under which our own ids travel in Stripe's metadata. */
export const metadataNames = {
  userId: 'studymate_user_id',
  pack: 'studymate_pack',
  keepPrice: 'studymate_keep_price',
  keepUntil: 'studymate_keep_until',
} as const;

export interface ProviderOptions {
  readonly apiBase: string;
  readonly secretKey: string;
  readonly timeoutMs: number;
  /** How long the circuit stays open. */
  readonly resetMs?: number;
}

export interface OpenPage {
  /** Makes a repeated call answer the same page. */
  readonly key: string;
  readonly customerId: string;
  readonly userId: string;
  readonly returnUrl: string;
}

export interface PriceChange {
  readonly providerId: string;
  readonly itemId: string;
  readonly price: Price;
  readonly plan: Plan;
  readonly prorationDate: number;
}

export type BillingProvider = ReturnType<typeof createBillingProvider>;

interface Line {
  readonly stripe: Stripe;
  readonly guard: Guard;
}

/** A page's id, address and end, as far as we need it. */
const pageOf = ({ url, expires_at }: Stripe.Checkout.Session) => {
  if (url === null) throw new Error('Stripe made a Checkout Session without a page.');
  return { url, expiresAt: new Date(expires_at * 1000) };
};

const addressesOf = (returnUrl: string) => {
  const success = new URL(returnUrl);
  success.searchParams.set('checkout', 'done');
  const cancel = new URL(returnUrl);
  cancel.searchParams.set('checkout', 'canceled');
  return { success_url: success.toString(), cancel_url: cancel.toString() };
};

export function connectStripe({ apiBase, secretKey, timeoutMs }: ProviderOptions): Stripe {
  const { hostname, port, protocol } = new URL(apiBase);
  const isSecure = protocol === 'https:';
  return new Stripe(secretKey, {
    host: hostname,
    port: port || (isSecure ? 443 : 80),
    protocol: isSecure ? 'https' : 'http',
    timeout: timeoutMs,
    maxNetworkRetries: 1,
    telemetry: false,
  });
}

/** `unknown-customer` when Stripe has no such customer (any more). */
async function forCustomer<T>(guard: Guard, call: () => Promise<T>): Promise<T | 'unknown-customer'> {
  try {
    return await guard(call);
  } catch (error) {
    if (isMissing(error)) return 'unknown-customer';
    throw error;
  }
}

const createCatalog = ({ stripe, guard }: Line) => ({
  async createCustomer({ userId, email }: BillingAccount, formerId: string | null): Promise<string> {
    const parameters = { email, metadata: { [metadataNames.userId]: userId } };
    const digest = createHash('sha256').update(`${userId} ${email} ${formerId}`).digest('base64url');
    const customer = await guard(() =>
      stripe.customers.create(parameters, { idempotencyKey: `customer:${digest}` }),
    );
    return customer.id;
  },
  /** Does nothing when Stripe knows no such customer (any more). */
  async deleteCustomer(customerId: string): Promise<void> {
    await forCustomer(guard, () => stripe.customers.del(customerId));
  },
  /** Stripe's id of our price; it is made there when it is missing. */
  ensurePrice: (price: Price, plan: Plan): Promise<string> => guard(() => ensurePrice(stripe, price, plan)),
});

const createPages = ({ stripe, guard }: Line) => ({
  openSubscriptionPage: (page: OpenPage, offer: { priceId: string; trialDays: number }) =>
    forCustomer(guard, async () => {
      const metadata = { [metadataNames.userId]: page.userId };
      const trial = offer.trialDays > 0 ? { trial_period_days: offer.trialDays } : {};
      const session = await stripe.checkout.sessions.create(
        {
          mode: 'subscription',
          customer: page.customerId,
          client_reference_id: page.userId,
          line_items: [{ price: offer.priceId, quantity: 1 }],
          subscription_data: { ...trial, metadata },
          metadata,
          ...addressesOf(page.returnUrl),
        },
        { idempotencyKey: page.key },
      );
      return pageOf(session);
    }),
  openCreditPage: (page: OpenPage, pack: CreditPack) =>
    forCustomer(guard, async () => {
      const { amountMinor, currency, credits, code } = pack;
      const product = { name: `${credits} StudyMate credits` };
      const session = await stripe.checkout.sessions.create(
        {
          mode: 'payment',
          customer: page.customerId,
          client_reference_id: page.userId,
          line_items: [
            { price_data: { currency, unit_amount: amountMinor, product_data: product }, quantity: 1 },
          ],
          metadata: { [metadataNames.userId]: page.userId, [metadataNames.pack]: code },
          ...addressesOf(page.returnUrl),
        },
        { idempotencyKey: page.key },
      );
      return pageOf(session);
    }),
  openPortal: (customerId: string, returnUrl: string) =>
    forCustomer(guard, () =>
      stripe.billingPortal.sessions.create({ customer: customerId, return_url: returnUrl }),
    ),
});

const createReading = ({ stripe, guard }: Line) => ({
  /** The subscription as it is at Stripe now, or null when it is not there. */
  async findSubscription(providerId: string): Promise<Stripe.Subscription | null> {
    try {
      return await guard(() => stripe.subscriptions.retrieve(providerId));
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
  },
  /** The bill that the change would make at once. */
  previewChange: (change: PriceChange): Promise<Stripe.Invoice> =>
    guard(async () =>
      stripe.invoices.createPreview({
        subscription: change.providerId,
        subscription_details: {
          items: [{ id: change.itemId, price: await ensurePrice(stripe, change.price, change.plan) }],
          proration_behavior: 'always_invoice',
          proration_date: change.prorationDate,
        },
      }),
    ),
});

const createChanging = ({ stripe, guard }: Line) => ({
  /** Moves to another price: at once and paid (`always_invoice`), or without a bill (`none`). */
  changePrice: (
    change: PriceChange,
    terms: { behavior: 'always_invoice' | 'none'; metadata: Record<string, string>; key: string },
  ): Promise<Stripe.Subscription> =>
    guard(async () =>
      stripe.subscriptions.update(
        change.providerId,
        {
          items: [{ id: change.itemId, price: await ensurePrice(stripe, change.price, change.plan) }],
          proration_behavior: terms.behavior,
          ...(terms.behavior === 'none' ? {} : { proration_date: change.prorationDate }),
          payment_behavior: 'error_if_incomplete',
          metadata: terms.metadata,
        },
        { idempotencyKey: terms.key },
      ),
    ),
  setCancelAtPeriodEnd: (providerId: string, ends: boolean, reason: string | null) =>
    guard(() =>
      stripe.subscriptions.update(providerId, {
        cancel_at_period_end: ends,
        ...(reason === null ? {} : { cancellation_details: { comment: reason } }),
      }),
    ),
  cancelNow: (providerId: string, reason: string | null) =>
    guard(() =>
      stripe.subscriptions.cancel(
        providerId,
        reason === null ? {} : { cancellation_details: { comment: reason } },
      ),
    ),
});

/** Stripe as billing needs it. Every call is guarded, and every call that makes something is idempotent. */
export function createBillingProvider(options: ProviderOptions) {
  const line: Line = { stripe: connectStripe(options), guard: createGuard(options) };
  return { ...createCatalog(line), ...createPages(line), ...createReading(line), ...createChanging(line) };
}
