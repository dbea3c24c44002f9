import type { Price } from '@studymate/database/subscription';
import type { Context } from '../context.ts';
import { earlierOf, monthly, periodAt, periodStart } from '../period/period.ts';
import type { FullPlan } from '../plan/plan.repository.ts';
import type { InvoiceLinePayload, InvoicePayload } from '../provider/payloads.ts';
import { getPlanInForce } from '../subscription/subscription.sync.ts';
import { grant, withAccount } from './credit.ledger.ts';

const pageSize = 200;

interface MonthOfPlan {
  readonly userId: string;
  readonly providerSubscriptionId: string;
  readonly plan: FullPlan;
  /** When the plan's month ends, and with it the credits. */
  readonly end: Date;
}

/**
 * Tops a month of a subscription up to what the plan includes. Whatever the order of payments and however often it
 * is called, a month has had the largest of the paid plans' amounts in the end.
 */
async function topUpMonth(
  context: Context,
  { userId, providerSubscriptionId, plan, end }: MonthOfPlan,
): Promise<void> {
  const included = plan.features.find(({ feature }) => feature === 'ai.credits')?.limit ?? 0;
  if (included <= 0 || end <= context.now()) return;
  const month = `plan:${providerSubscriptionId}:${end.toISOString()}`;
  await withAccount(context, userId, async (account) => {
    const earlier = await context.credits.grantsLike(userId, month);
    const amount = included - earlier.reduce((sum, row) => sum + row.amount, 0);
    if (amount <= 0) return;
    const memo = `${plan.name}, until ${end.toISOString().slice(0, 10)}.`;
    await grant(context, account, {
      source: 'PLAN',
      reference: `${month}:${plan.code}`,
      amount,
      expiresAt: end,
      memo,
    });
  });
}

/** Gives the credits of the months that a paid bill has paid for. */
export async function grantForInvoice(
  context: Context,
  userId: string,
  invoice: InvoicePayload,
): Promise<void> {
  const { providerSubscriptionId } = invoice;
  if (providerSubscriptionId === null) return;
  for (const line of invoice.lines) {
    if (line.amountMinor < 0 || line.providerPriceId === null) continue;
    const price = await context.plans.findProviderPrice({ providerId: line.providerPriceId });
    const plan = price && (await context.plans.find(price.planId));
    if (!plan) continue;
    const end = await monthEndOf(context, { line, price, providerSubscriptionId });
    await topUpMonth(context, { userId, providerSubscriptionId, plan, end });
  }
}

async function monthEndOf(
  context: Context,
  {
    line,
    price,
    providerSubscriptionId,
  }: { line: InvoiceLinePayload; price: Price; providerSubscriptionId: string },
): Promise<Date> {
  if (price.interval === 'MONTH' && price.intervalCount === 1) return line.periodEnd;
  const row = line.proration ? await context.subscriptions.findByProvider(providerSubscriptionId) : null;
  const start = line.proration
    ? (row?.currentPeriodStart ?? periodStart(line.periodEnd, price, -1))
    : line.periodStart;
  const { end } = periodAt(start, monthly, line.periodStart);
  return earlierOf(end, line.periodEnd);
}

/** Plans that are billed by the year or quarter have their credits month by month: gives those that are due. */
export async function grantMonthlyCredits(context: Context): Promise<void> {
  let after = '';
  for (;;) {
    const rows = await context.subscriptions.longRunning(after, pageSize);
    for (const row of rows) {
      const { userId, providerId: providerSubscriptionId } = row;
      const month = periodAt(row.currentPeriodStart, monthly, context.now());
      if (month.index < 1 || row.currentPeriodEnd <= context.now()) continue;
      const end = earlierOf(month.end, row.currentPeriodEnd);
      const plan = await getPlanInForce(context, row);
      await context.transaction((inner) => topUpMonth(inner, { userId, providerSubscriptionId, plan, end }));
    }
    const last = rows.at(-1);
    if (!last || rows.length < pageSize) return;
    after = last.id;
  }
}
