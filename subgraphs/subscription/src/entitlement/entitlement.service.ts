import type { EventHandlers } from '@studymate/contracts';
import { requireViewer } from '@studymate/subgraph-kit';
import type { Context } from '../context.ts';
import { getCreditAccount } from '../credit/credit.service.ts';
import { monthly, type Period, periodAt } from '../period/period.ts';
import type { FullPlan } from '../plan/plan.repository.ts';
import type { FullSubscription } from '../subscription/subscription.repository.ts';
import { graceEnd } from '../subscription/subscription.state.ts';
import { getPlanInForce } from '../subscription/subscription.sync.ts';
import {
  type CreditFacts,
  type Decision,
  decideCredits,
  decideFeature,
  findUpgrade,
  type Standing,
  standingOf,
} from './decide.ts';

const creditsFeature = 'ai.credits';
const attemptsFeature = 'quiz.attempts';

export interface EntitlementView extends Decision {
  readonly feature: string;
  readonly resetsAt: Date | null;
  readonly upgradePlan: FullPlan | null;
}

interface Facts {
  readonly plans: FullPlan[];
  readonly standing: Standing;
  /** The month of the learner in which METERED use is counted now. */
  readonly month: Period;
  readonly uses: ReadonlyMap<string, number>;
  readonly credits: CreditFacts;
}

export async function getEntitlement(context: Context, feature: string): Promise<EntitlementView> {
  const facts = await readFacts(context, requireViewer(context).id);
  return decide(facts, feature);
}

/** One entitlement for every feature that any plan on offer has, in the order of their names. */
export async function listEntitlements(context: Context, userId: string): Promise<EntitlementView[]> {
  const facts = await readFacts(context, userId);
  const features = new Set(facts.plans.flatMap((plan) => plan.features.map(({ feature }) => feature)));
  return [...features].sort().map((feature) => decide(facts, feature));
}

function decide(facts: Facts, feature: string): EntitlementView {
  const { standing, month, uses, credits, plans } = facts;
  const metered = plans.some((plan) =>
    plan.features.some((included) => included.feature === feature && included.kind === 'METERED'),
  );
  const used = metered ? (uses.get(feature) ?? 0) : null;
  const decision =
    feature === creditsFeature
      ? decideCredits(standing, feature, credits)
      : decideFeature(standing, feature, used);
  const isIncluded = standing.plan.features.some((included) => included.feature === feature);
  return {
    feature,
    ...decision,
    resetsAt: metered && isIncluded ? month.end : null,
    upgradePlan: findUpgrade(plans, standing, feature),
  };
}

async function readFacts(context: Context, userId: string): Promise<Facts> {
  const [plans, subscription] = await Promise.all([
    context.plans.list(),
    context.subscriptions.findOf(userId),
  ]);
  const now = context.now();
  const standing = await readStanding(context, subscription, plans);
  const month = await monthOf(context, userId, now);
  const [uses, credits] = await Promise.all([
    context.uses.listOf(userId, month.start),
    readCredits(context, userId, month.start),
  ]);
  return { plans, standing, month, credits, uses: new Map(uses.map(({ feature, used }) => [feature, used])) };
}

async function readStanding(
  context: Context,
  subscription: FullSubscription | null,
  plans: FullPlan[],
): Promise<Standing> {
  const free = plans.find(({ rank }) => rank === 0);
  if (!free) throw new Error('There is no free plan.');
  if (!subscription) return standingOf(null, free, context.now());
  const plan = await getPlanInForce(context, subscription);
  const { status } = subscription;
  return standingOf({ plan, status, graceEndsAt: graceEnd(subscription) }, free, context.now());
}

/** The month that METERED use counts in: of the running subscription's period, else since the account began. */
async function monthOf(context: Context, userId: string, instant: Date): Promise<Period> {
  const [subscription, account] = await Promise.all([
    context.subscriptions.findOf(userId),
    context.accounts.find(userId),
  ]);
  const runs = subscription !== null && subscription.currentPeriodEnd > instant;
  const anchor = runs ? subscription.currentPeriodStart : (account?.createdAt ?? new Date(0));
  const month = periodAt(anchor, monthly, instant);
  return runs && subscription.currentPeriodEnd < month.end
    ? { ...month, end: subscription.currentPeriodEnd }
    : month;
}

async function readCredits(context: Context, userId: string, since: Date): Promise<CreditFacts> {
  const [account, grants, used] = await Promise.all([
    getCreditAccount(context, userId),
    context.credits.listLeft(userId),
    context.uses.spentSince(userId, since),
  ]);
  const now = context.now();
  const over = grants.filter(({ expiresAt }) => expiresAt <= now);
  const left = (rows: typeof grants) => rows.reduce((sum, { remaining }) => sum + remaining, 0);
  const fromPlan = left(grants.filter(({ source, expiresAt }) => source === 'PLAN' && expiresAt > now));
  return { available: account.balance - account.reserved - left(over), fromPlan, used };
}

type Heard = EventHandlers<'subscription', Context>;

export const useEvents = {
  'quiz.attempt.graded': async (context, { userId, gradedAt }) => {
    const { start } = await monthOf(context, userId, new Date(gradedAt));
    await context.uses.count({ userId, feature: attemptsFeature, periodStart: start });
  },
} satisfies Pick<Heard, 'quiz.attempt.graded'>;
