import { createHash, randomBytes } from 'node:crypto';
import { conflict, expired, invalidInput, wrongState } from '@studymate/contracts';
import type { PlanChangeQuote, Price } from '@studymate/database/subscription';
import { onceByKey, parseInput, requireViewer } from '@studymate/subgraph-kit';
import { z } from 'zod';
import type { Context } from '../context.ts';
import type { FullPlan } from '../plan/plan.repository.ts';
import { getPriceOnOffer, type MoneyView } from '../plan/plan.service.ts';
import { type InvoiceLinePayload, invoicePayload } from '../provider/payloads.ts';
import { metadataNames, type PriceChange } from '../provider/provider.ts';
import type { FullSubscription } from '../subscription/subscription.repository.ts';
import { acceptAnswer, requireSubscription } from '../subscription/subscription.service.ts';
import { changeableStates } from '../subscription/subscription.state.ts';
import { type ChangeKind, changeKind } from './change-kind.ts';

const quoteMs = 15 * 60_000;
const keySchema = z.string().min(1).max(200);

export interface PlanChangePreviewView {
  readonly __typename: 'PlanChangePreview';
  readonly dueNow: MoneyView;
  readonly credit: MoneyView;
  readonly nextInvoice: MoneyView;
  readonly effectiveAt: Date;
  readonly lines: readonly (Omit<InvoiceLinePayload, 'providerPriceId'> & {
    invoiceId: string;
    position: number;
  })[];
  readonly previewToken: string;
  readonly expiresAt: Date;
}

interface Change {
  readonly row: FullSubscription;
  readonly price: Price;
  readonly plan: FullPlan;
  readonly kind: ChangeKind;
}

const hashOf = (token: string) => createHash('sha256').update(token).digest('base64url');

/** What a change to the price would cost now, held for 15 minutes by a token. */
export async function previewPlanChange(
  context: Context,
  input: { priceId: string },
): Promise<PlanChangePreviewView> {
  const change = await readChange(context, input.priceId);
  const { row, price, kind } = change;
  const now = context.now();
  const prorationDate = Math.floor(now.getTime() / 1000);
  const bill =
    kind === 'UPGRADE' ? await priceUpgrade(context, change, prorationDate) : { dueMinor: 0, lines: [] };
  const previewToken = randomBytes(32).toString('base64url');
  const expiresAt = new Date(now.getTime() + quoteMs);
  await context.planChanges.create({
    tokenHash: hashOf(previewToken),
    userId: row.userId,
    subscriptionId: row.id,
    priceId: price.id,
    fromPriceId: row.priceId,
    isUpgrade: kind === 'UPGRADE',
    dueNowMinor: bill.dueMinor,
    prorationDate,
    expiresAt,
  });
  const money = (amountMinor: number) => ({ amountMinor, currency: price.currency });
  const credit = bill.lines.reduce((sum, line) => sum + Math.max(0, -line.amountMinor), 0);
  return {
    __typename: 'PlanChangePreview',
    dueNow: money(bill.dueMinor),
    credit: money(credit),
    nextInvoice: money(price.amountMinor),
    effectiveAt: kind === 'DOWNGRADE' ? row.currentPeriodEnd : now,
    lines: bill.lines.map((line, position) => ({ ...line, invoiceId: '', position })),
    previewToken,
    expiresAt,
  };
}

/** The change as it stands now. Throws when there is none to be made. */
async function readChange(context: Context, priceId: string): Promise<Change> {
  const { price, plan } = await getPriceOnOffer(context, priceId);
  const row = await requireSubscription(context, changeableStates);
  const from = await context.plans.find(row.price.planId);
  const kind = changeKind({
    row,
    fromRank: from?.rank ?? 0,
    to: price,
    toRank: plan.rank,
    now: context.now(),
  });
  switch (kind) {
    case 'SAME':
      throw invalidInput(['priceId'], 'priceId: is the present price', 'different');
    case 'OTHER_CURRENCY':
      throw invalidInput(['priceId'], `priceId: must be a price in ${row.price.currency}`, 'currency');
    case 'OTHER_INTERVAL':
      throw invalidInput(['priceId'], 'priceId: a downgrade keeps the billing interval', 'interval');
    case 'PENDING':
      throw wrongState(
        'Another change waits for the end of the period; take that back first.',
        'CHANGE_PENDING',
        changeableStates,
      );
    default:
      return { row, price, plan, kind };
  }
}

const requestOf = ({ row, price, plan }: Change, prorationDate: number): PriceChange => ({
  providerId: row.providerId,
  itemId: row.providerItemId,
  price,
  plan,
  prorationDate,
});

async function priceUpgrade(context: Context, change: Change, prorationDate: number) {
  const invoice = await context.provider.previewChange(requestOf(change, prorationDate));
  return { dueMinor: invoice.amount_due, lines: invoicePayload.parse(invoice).lines };
}

interface ChangePlanInput {
  readonly priceId: string;
  readonly previewToken: string;
  readonly idempotencyKey: string;
}

/**
 * Makes the change that was previewed and charges exactly what was promised; throws CONFLICT when that no longer
 * holds and PAYMENT_REQUIRED when the card is declined. The same key makes it once.
 */
export async function changePlan(context: Context, input: ChangePlanInput): Promise<FullSubscription> {
  const { priceId, previewToken } = input;
  const key = parseInput(keySchema, 'idempotencyKey', input.idempotencyKey);
  const quote = await onceByKey(
    context,
    { mutation: 'changePlan', key, body: { priceId, previewToken } },
    {
      run: (inner) => takeQuote(inner, priceId, previewToken),
      replay: (inner, id) => inner.planChanges.get(id),
    },
  );
  // One call at a time: who repeats it while the first is under way waits for its result.
  return context.transaction(async (inner) => {
    await inner.providerEvents.lockObject(`change:${quote.id}`);
    const row = await inner.subscriptions.find(quote.subscriptionId);
    return row && row.priceId === quote.priceId ? row : execute(inner, quote);
  });
}

async function takeQuote(context: Context, priceId: string, previewToken: string): Promise<PlanChangeQuote> {
  const viewer = requireViewer(context);
  const quote = await context.planChanges.findByToken(hashOf(previewToken));
  if (!quote || quote.userId !== viewer.id || quote.priceId !== priceId) {
    throw invalidInput(['previewToken'], 'previewToken: is not a preview of this change', 'known');
  }
  const now = context.now();
  if (quote.expiresAt <= now) {
    throw expired('The preview has expired; ask for a new one.', {
      currentState: 'EXPIRED',
      allowedStates: ['OPEN'],
    });
  }
  if (!(await context.planChanges.use(quote.id, now))) throw conflict('This preview was used before.');
  return quote;
}

async function execute(context: Context, quote: PlanChangeQuote): Promise<FullSubscription> {
  const change = await readChange(context, quote.priceId);
  const { row, kind } = change;
  if (row.id !== quote.subscriptionId || row.priceId !== quote.fromPriceId) {
    throw conflict('The subscription has changed since the preview.', row.version);
  }
  if ((kind === 'UPGRADE') !== quote.isUpgrade)
    throw conflict('The change is no longer of the same kind.', row.version);
  if (kind === 'UPGRADE') {
    const { dueMinor } = await priceUpgrade(context, change, quote.prorationDate);
    if (dueMinor !== quote.dueNowMinor)
      throw conflict('The price of the change is no longer the previewed one.', row.version);
  }
  const answer = await context.provider.changePrice(requestOf(change, quote.prorationDate), {
    behavior: kind === 'UPGRADE' ? 'always_invoice' : 'none',
    metadata:
      kind === 'DOWNGRADE' ? keepNote(row) : { [metadataNames.keepPrice]: '', [metadataNames.keepUntil]: '' },
    key: `change:${quote.id}`,
  });
  return acceptAnswer(context, answer);
}

/** Tells every later report that the former plan was paid until the period ends. */
const keepNote = ({ priceId, currentPeriodEnd }: FullSubscription) => ({
  [metadataNames.keepPrice]: priceId,
  [metadataNames.keepUntil]: String(Math.floor(currentPeriodEnd.getTime() / 1000)),
});
