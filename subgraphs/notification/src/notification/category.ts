/** Why a notification is sent; the unit of preferences, quiet hours and caps. */
export const categories = [
  'SECURITY',
  'BILLING',
  'REVIEW_DUE',
  'STREAK_AT_RISK',
  'GOAL',
  'QUIZ_RESULT',
  'AI_READY',
  'RECOMMENDATION',
  'WEEKLY_REPORT',
  'PRODUCT',
] as const;

export type Category = (typeof categories)[number];

export const channels = ['IN_APP', 'EMAIL'] as const;

/** A way to reach a learner. */
export type Channel = (typeof channels)[number];
