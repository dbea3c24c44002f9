import { conflict, invalidInput } from '@studymate/contracts';
import type { Preferences } from '@studymate/database/notification';
import { parseInput, requireViewer } from '@studymate/subgraph-kit';
import { z } from 'zod';
import type { PreferencesInput } from '../__generated__/resolvers.ts';
import type { Context } from '../context.ts';
import type { DeliveryView } from '../delivery/delivery.repository.ts';
import { type DeliveryPlan, planDelivery } from '../delivery/delivery-plan.ts';
import { calendarDay, dailyCapOf } from '../delivery/rate-cap.ts';
import { type Category, type Channel, categories, channels } from '../notification/category.ts';
import { type ChannelChoice, isEnabled, isLocked } from './channel-default.ts';
import { parseWallTime, type QuietHours } from './quiet-hours.ts';
import { parseUnsubscription } from './unsubscribe-token.ts';

/** All that decides how a learner is reached. */
export interface PreferencesView {
  readonly userId: string;
  readonly version: number;
  readonly timeZone: string;
  readonly quietHours: QuietHours | null;
  readonly choices: readonly ChannelChoice[];
}

const quietHoursOf = (row: Preferences | null): QuietHours | null =>
  row?.quietStart && row.quietEnd
    ? { start: row.quietStart, end: row.quietEnd, exceptCategories: row.quietExcept }
    : null;

/** A user's settings; defaults where nothing was ever chosen. */
export async function getPreferences(context: Context, userId: string): Promise<PreferencesView> {
  const row = await context.preferences.find(userId);
  const choices = await context.preferences.choicesOf(userId);
  const recipient = await context.recipients.find(userId);
  const own = context.viewer?.id === userId ? context.viewer.timeZone : 'UTC';
  return {
    userId,
    version: row?.version ?? 0,
    timeZone: recipient?.timeZone ?? own,
    quietHours: quietHoursOf(row),
    choices,
  };
}

async function countAround(
  context: Context,
  message: { readonly userId: string; readonly category: Category; readonly channel: Channel },
  { at, timeZone }: { readonly at: Date; readonly timeZone: string },
) {
  if (dailyCapOf(message.category, message.channel) === Number.POSITIVE_INFINITY)
    return { sentToday: 0, sentTomorrow: 0 };
  const today = calendarDay(at, timeZone);
  const sentToday = await context.deliveries.countWithin(message, today);
  const sentTomorrow = await context.deliveries.countWithin(message, calendarDay(today.to, timeZone));
  return { sentToday, sentTomorrow };
}

/** How a message of the category made at `at` would reach the user, on each channel. */
export async function planDeliveries(
  context: Context,
  preferences: PreferencesView,
  { category, at }: { readonly category: Category; readonly at: Date },
): Promise<DeliveryPlan[]> {
  const { userId, timeZone, quietHours, choices } = preferences;
  const plans: DeliveryPlan[] = [];
  for (const channel of channels) {
    const counts = await countAround(context, { userId, category, channel }, { at, timeZone });
    const enabled = isEnabled(choices, category, channel);
    plans.push(planDelivery({ category, channel, at }, { enabled, quietHours, timeZone, ...counts }));
  }
  return plans;
}

/** The same, as deliveries that nobody has tried yet. */
export async function previewDeliveries(
  context: Context,
  preferences: PreferencesView,
  message: { readonly category: Category; readonly at: Date },
): Promise<DeliveryView[]> {
  const plans = await planDeliveries(context, preferences, message);
  return plans.map((plan) => ({ ...plan, attempts: 0, sentAt: null, providerMessageId: null }));
}

const wallTime = z.string().refine((text) => parseWallTime(text) !== null, 'must be HH:MM');
const quietHoursSchema = z
  .object({
    start: wallTime,
    end: wallTime,
    exceptCategories: z
      .array(z.enum(categories))
      .max(categories.length)
      .nullish()
      .transform((named) => [...new Set(named)]),
  })
  .refine(({ start, end }) => start !== end, { path: ['end'], message: 'must differ from start' });

function parseChoices(set: PreferencesInput['set']): readonly ChannelChoice[] {
  const choices = set ?? [];
  if (choices.length > categories.length * channels.length)
    throw invalidInput(['input', 'set'], 'set: has more entries than the matrix has cells');
  const locked = choices.findIndex(({ category, enabled }) => isLocked(category) && !enabled);
  if (locked >= 0)
    throw invalidInput(['input', 'set', String(locked)], 'SECURITY cannot be switched off', 'locked');
  return choices;
}

/** Changes the viewer's settings; throws CONFLICT when they are no longer at the version last seen. */
export function updatePreferences(context: Context, input: PreferencesInput): Promise<PreferencesView> {
  const { id } = requireViewer(context);
  const choices = parseChoices(input.set);
  const quietHours =
    input.quietHours && parseInput(quietHoursSchema, ['input', 'quietHours'], input.quietHours);
  return context.transaction(async (inner) => {
    if (!(await inner.preferences.advance(id, input.expectedVersion))) {
      const { version } = await getPreferences(inner, id);
      throw conflict('The preferences have changed since they were read.', version);
    }
    await inner.preferences.write(id, { choices, ...(quietHours === undefined ? {} : { quietHours }) });
    return getPreferences(inner, id);
  });
}

/** Stops the mails that a token speaks of; asking again changes nothing. Needs no viewer. */
export function unsubscribe(context: Context, token: string): Promise<PreferencesView> {
  const right = parseUnsubscription(token, context.unsubscribeSecret);
  if (right === null || isLocked(right.category))
    throw invalidInput(['token'], 'This link is not valid.', 'token');
  const { userId, category } = right;
  return context.transaction(async (inner) => {
    const before = await getPreferences(inner, userId);
    if (!isEnabled(before.choices, category, 'EMAIL')) return before;
    if (!(await inner.preferences.advance(userId, before.version)))
      throw conflict('The preferences have just been changed. Try again.', before.version);
    await inner.preferences.write(userId, { choices: [{ category, channel: 'EMAIL', enabled: false }] });
    return getPreferences(inner, userId);
  });
}
