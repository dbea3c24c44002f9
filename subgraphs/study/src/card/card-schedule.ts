import type { Card } from '@studymate/database/study';
import { requireViewer } from '@studymate/subgraph-kit';
import type { Context } from '../context.ts';
import { getDeckOf, getPresetOf } from '../deck/deck.service.ts';
import { retrievability } from '../review/schedule.ts';
import { clockOfViewer, dayOf } from '../user/learner-clock.ts';

/** What every schedule here is made by. */
export const algorithm = 'FSRS-6';

/** The probability that the viewer recalls the card at an instant; null for a card never seen. */
export async function findRetrievability(context: Context, card: Card, at: Date): Promise<number | null> {
  const { parameters } = await getPresetOf(context, await getDeckOf(context, card));
  return retrievability(card, dayOf(clockOfViewer(requireViewer(context)), at), parameters);
}

/** The preset version that made the card's interval; the deck's current one for a card never seen. */
export async function findPresetVersion(context: Context, card: Card): Promise<number> {
  if (card.presetVersion !== null) return card.presetVersion;
  return (await getPresetOf(context, await getDeckOf(context, card))).version;
}
