import { type Category, type Channel, categories, channels } from '../notification/category.ts';

const mailedByDefault = new Set<Category>([
  'SECURITY',
  'BILLING',
  'REVIEW_DUE',
  'STREAK_AT_RISK',
  'GOAL',
  'QUIZ_RESULT',
  'AI_READY',
  'WEEKLY_REPORT',
]);

/** One cell of a learner's matrix. */
export interface ChannelChoice {
  readonly category: Category;
  readonly channel: Channel;
  readonly enabled: boolean;
}

/** What a learner cannot switch off: messages about the safety of the account. */
export const isLocked = (category: Category): boolean => category === 'SECURITY';

export const isEnabledByDefault = (category: Category, channel: Channel): boolean =>
  channel === 'IN_APP' || mailedByDefault.has(category);

/** Whether the category may use the channel, given what the learner chose. */
export function isEnabled(choices: readonly ChannelChoice[], category: Category, channel: Channel): boolean {
  if (isLocked(category)) return true;
  const chosen = choices.find((choice) => choice.category === category && choice.channel === channel);
  return chosen?.enabled ?? isEnabledByDefault(category, channel);
}

/** Every cell of the matrix. */
export const matrixOf = (choices: readonly ChannelChoice[]) =>
  categories.flatMap((category) =>
    channels.map((channel) => ({
      category,
      channel,
      enabled: isEnabled(choices, category, channel),
      locked: isLocked(category),
    })),
  );
