import type { EventHandlers } from '@studymate/contracts';
import type { Context } from '../context.ts';
import { reserveCredits, settleReservation } from './credit.reservation.ts';

type Heard = EventHandlers<'subscription', Context>;

/** The credit side of a generation: set aside, then spent or given back. */
export const creditEvents = {
  'ai.credits.requested': async (context, { generationId, userId, maxCredits }) => {
    const result = await reserveCredits(context, { userId, generationId, amount: maxCredits });
    if (result.reserved) {
      const { credits } = result;
      await context.events.publish('billing.credits.reserved', { generationId, userId, credits });
      return;
    }
    await context.events.publish('billing.credits.refused', {
      generationId,
      userId,
      available: result.available,
      reason: `This needs ${maxCredits} credits, and ${result.available} are available.`,
    });
  },
  'ai.generation.finished': async (context, { generationId, state, credits, title }) => {
    const memo = state === 'SUCCEEDED' ? title : `${title} (${state.toLowerCase()})`;
    await settleReservation(context, generationId, { captured: credits, memo });
  },
} satisfies Pick<Heard, 'ai.credits.requested' | 'ai.generation.finished'>;
