import { notFound } from '@studymate/contracts';
import type { Price } from '@studymate/database/subscription';
import { parseInput } from '@studymate/subgraph-kit';
import { z } from 'zod';
import type { Context } from '../context.ts';
import type { FullPlan } from './plan.repository.ts';

/** Any row with an amount in minor units. */
export interface MoneyView {
  readonly amountMinor: number;
  readonly currency: string;
}

const currencySchema = z
  .string()
  .regex(/^[A-Za-z]{3}$/, 'must be an ISO 4217 code')
  .toUpperCase();

/** The plans on offer; with a currency their other prices are left out. */
export async function listPlans(context: Context, currency: string | null | undefined): Promise<FullPlan[]> {
  const wanted = currency ? parseInput(currencySchema, 'currency', currency) : null;
  const plans = (await context.plans.list()).filter((plan) => plan.public);
  const fits = (price: Price) => price.active && (wanted === null || price.currency === wanted);
  return plans.map((plan) => ({ ...plan, prices: plan.prices.filter(fits) }));
}

export async function getPlan(context: Context, id: string): Promise<FullPlan> {
  const plan = await context.plans.find(id);
  if (!plan) throw notFound('Plan');
  return plan;
}

/** A price that can be bought, with its plan. Throws NOT_FOUND for any other. */
export async function getPriceOnOffer(
  context: Context,
  id: string,
): Promise<{ price: Price; plan: FullPlan }> {
  const price = await context.plans.findPrice(id);
  const plan = price && (await context.plans.find(price.planId));
  if (!price?.active || !plan?.public) throw notFound('Price');
  return { price, plan };
}
