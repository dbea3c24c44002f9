import type { EventHandlers } from '@studymate/contracts';
import { collectOn } from '@studymate/privacy';
import type { Context } from './context.ts';
import { noteCollected } from './data-export/data-export.service.ts';
import { noteErased } from './erasure/erasure.saga.ts';
import { revealProfile } from './privacy/reveal-profile.ts';
import { keepPlan } from './user/user.plan.ts';

/** What auth does about the events of others, and about its own wish for a copy of somebody's data. */
export const authEvents = {
  'billing.subscription.changed': keepPlan,
  'auth.export.requested': (context, payload) =>
    collectOn<Context>({ domain: 'auth', objects: context.objects, reveal: revealProfile })(context, payload),
  'privacy.data.collected': noteCollected,
  'privacy.data.erased': noteErased,
} satisfies EventHandlers<'auth', Context>;
