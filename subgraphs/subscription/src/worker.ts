import type { EventHandlers, JobHandlers, PrivacyEvent } from '@studymate/contracts';
import { connectSubscription, type SubscriptionDatabase } from '@studymate/database/subscription';
import { privacyEvents } from '@studymate/privacy';
import { databaseUrlOf, processClock, readEnv, redisUrlOf } from '@studymate/runtime';
import { connectObjectStore } from '@studymate/storage';
import { type Sweep, startDomainWorker } from '@studymate/subgraph-kit';
import { openBillingAccount } from './billing-account/billing-account.service.ts';
import { configSchema } from './config.ts';
import { type Context, createContext } from './context.ts';
import { creditEvents } from './credit/credit.events.ts';
import { expireCredits, releaseStaleReservations } from './credit/credit.sweep.ts';
import { grantMonthlyCredits } from './credit/plan-credits.ts';
import { useEvents } from './entitlement/entitlement.service.ts';
import { forgetAtProvider } from './privacy/provider-erasure.ts';
import { createBillingProvider } from './provider/provider.ts';
import { reconcileOverdue } from './subscription/subscription.reconcile.ts';
import { processPayment } from './webhook/webhook.service.ts';

export const events: Omit<EventHandlers<'subscription', Context>, PrivacyEvent> = {
  'auth.user.registered': openBillingAccount,
  ...creditEvents,
  ...useEvents,
};

export const jobs: JobHandlers<'subscription', Context> = { processPayment };

const sweeps: readonly Sweep<Context>[] = [
  { name: 'releaseStaleReservations', everyMs: 10_000, run: releaseStaleReservations },
  { name: 'expireCredits', everyMs: 10_000, run: expireCredits },
  { name: 'grantMonthlyCredits', everyMs: 60_000, run: grantMonthlyCredits },
  { name: 'reconcileOverdue', everyMs: 300_000, run: reconcileOverdue },
];

/** Starts the worker of the subscription domain. */
export async function startWorker(env: NodeJS.ProcessEnv = process.env): Promise<{ stop(): Promise<void> }> {
  const config = readEnv(configSchema, env);
  const database = connectSubscription(databaseUrlOf('subscription', env));
  const resources = { provider: createBillingProvider(config.stripe), returnUrl: config.returnUrl };
  const redisUrl = redisUrlOf(env);
  const objects = connectObjectStore(env);
  const privacy = { domain: 'subscription', objects, redisUrl, beforeErasure: forgetAtProvider } as const;
  const now = processClock(env);
  const worker = await startDomainWorker<'subscription', SubscriptionDatabase, Context>({
    domain: 'subscription',
    database,
    redisUrl,
    createContext: (afterCommit) => createContext({ database, resources, viewer: null, now, afterCommit }),
    jobs,
    events: { ...events, ...privacyEvents<Context>(privacy) },
    sweeps,
  });
  return {
    stop: async () => {
      await worker.stop();
      await database.$disconnect();
    },
  };
}
