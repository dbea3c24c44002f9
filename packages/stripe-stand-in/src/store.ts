import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type Stripe from 'stripe';

/** What Checkout must remember of a session beyond what the API shows of it. */
export interface CheckoutDetails {
  readonly lines: readonly { name: string; amount: number; quantity: number; priceId: string | null }[];
  readonly trialDays: number;
  readonly subscriptionMetadata: Stripe.Metadata;
}

/** Where the webhook of one event stands. Times are in milliseconds. */
export interface Delivery {
  attempts: number;
  nextAttemptAt: number | null;
  deliveredAt: number | null;
  lastProblem: string | null;
}

interface Replay {
  readonly fingerprint: string;
  readonly status: number;
  readonly body: string;
  readonly savedAt: number;
}

/** Everything the stand-in knows; plain JSON, so that a restart can go on with it. */
export interface State {
  customers: Record<string, Stripe.Customer>;
  products: Record<string, Stripe.Product>;
  prices: Record<string, Stripe.Price>;
  paymentMethods: Record<string, Stripe.PaymentMethod>;
  subscriptions: Record<string, Stripe.Subscription>;
  pendingLines: Record<string, Stripe.InvoiceLineItem[]>;
  invoices: Record<string, Stripe.Invoice>;
  checkoutSessions: Record<string, Stripe.Checkout.Session>;
  checkoutDetails: Record<string, CheckoutDetails>;
  portalSessions: Record<string, Stripe.BillingPortal.Session>;
  events: Record<string, Stripe.Event>;
  deliveries: Record<string, Delivery>;
  replays: Record<string, Replay>;
}

const emptyState = (): State => ({
  customers: {},
  products: {},
  prices: {},
  paymentMethods: {},
  subscriptions: {},
  pendingLines: {},
  invoices: {},
  checkoutSessions: {},
  checkoutDetails: {},
  portalSessions: {},
  events: {},
  deliveries: {},
  replays: {},
});

export interface Store {
  readonly state: State;
  /** Resolves when everything changed so far is on disk (at once without a file). */
  save(): Promise<void>;
}

/** Opens the state of `dataFile`, or an empty one that lives only as long as the process. */
export async function openStore(dataFile: string | undefined): Promise<Store> {
  if (!dataFile) return { state: emptyState(), save: async () => {} };

  await mkdir(dirname(dataFile), { recursive: true });
  const state = { ...emptyState(), ...(await readState(dataFile)) };
  let running: Promise<void> = Promise.resolve();
  let queued: Promise<void> | null = null;

  const write = async () => {
    queued = null;
    const draft = `${dataFile}.${process.pid}.tmp`;
    await writeFile(draft, JSON.stringify(state));
    await rename(draft, dataFile);
  };
  // Calls that arrive while a write runs share the next one.
  const save = () => {
    if (!queued) {
      queued = running.then(write);
      running = queued.catch(() => {});
    }
    return queued;
  };
  return { state, save };
}

async function readState(dataFile: string): Promise<Partial<State>> {
  const text = await readFile(dataFile, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '{}';
    throw error;
  });
  return JSON.parse(text) as Partial<State>;
}
