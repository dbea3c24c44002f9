import { z } from 'zod';

const id = z.string().min(1);
const rows = z.record(z.string(), z.int());

/** What is said between domains about a person's own data, beside `events.ts`. */
export const privacyPayloads = {
  /** Every domain puts all it has of the user into the folder of object storage, as `<folder>/<domain>.json`. */
  'auth.export.requested': z.object({ exportId: id, userId: id, folder: id }),
  /** Every other domain forgets the user; asked twice, so that what was still on its way the first time goes, too. */
  'auth.erasure.begun': z.object({ erasureId: id, userId: id, pass: z.int().min(1).max(2) }),
  /** A domain's part of an export is in object storage; `rows` counts them per table. */
  'privacy.data.collected': z.object({ exportId: id, domain: z.string(), key: id, rows }),
  /** A domain has forgotten the user of the erasure; without the user's id, which is not to come back. */
  'privacy.data.erased': z.object({ erasureId: id, domain: z.string(), pass: z.int(), rows }),
};

const beyondAuth = ['study', 'quiz', 'subscription', 'notification', 'ai', 'personalization'] as const;

export const privacySubscribers = {
  'auth.export.requested': ['auth', ...beyondAuth],
  'auth.erasure.begun': beyondAuth,
  'privacy.data.collected': ['auth'],
  'privacy.data.erased': ['auth'],
} as const;

/** Those that every domain answers alike. */
export type PrivacyEvent = 'auth.export.requested' | 'auth.erasure.begun';
