import type { StudyDatabase } from '@studymate/database/study';
import type { DeckAllowance } from './queue.ts';
import type { CardMemory } from './schedule.ts';

/** What the queue wants to know of a card. */
export interface QueueRow extends CardMemory {
  readonly id: string;
  readonly deckId: string;
  readonly noteId: string;
  readonly createdAt: Date;
}

/** Reads the cards that could be in a review queue. */
export function createQueueRepository(database: StudyDatabase) {
  const readDue = (deckIds: string[], at: Date) =>
    database.$queryRaw<QueueRow[]>`
      select "id", "deckId", "noteId", "createdAt", "state", "step", "stability", "difficulty", "due", "reps",
        "lapses", "scheduledDays", "lastReviewedAt", "lastStudyDay"
      from "Card"
      where "deckId" = any(${deckIds}) and "state" <> 'NEW' and "due" <= ${at} and not "suspended"`;

  /** The oldest new card of each note, as many of each deck as could be let through. */
  const readNew = (deckIds: string[], limits: number[], buriedNotes: string[]) =>
    database.$queryRaw<QueueRow[]>`
      select "found".* from unnest(${deckIds}::text[], ${limits}::int[]) as "deck"("id", "limit")
      cross join lateral (
        select * from (
          select distinct on ("noteId") "id", "deckId", "noteId", "createdAt", "state", "step", "stability",
            "difficulty", "due", "reps", "lapses", "scheduledDays", "lastReviewedAt", "lastStudyDay"
          from "Card"
          where "deckId" = "deck"."id" and "state" = 'NEW' and not "suspended"
            and not ("noteId" = any(${buriedNotes}))
          order by "noteId", "createdAt", "id"
        ) as "first" order by "createdAt", "id" limit "deck"."limit"
      ) as "found"`;

  return {
    /**
     * Every due card of the decks, and new ones: as many as a deck may still show and, since a due sibling
     * buries a new card, as many more as are due.
     */
    listCandidates: async (
      allowances: ReadonlyMap<string, DeckAllowance>,
      { at, buriedNotes }: { readonly at: Date; readonly buriedNotes: string[] },
    ): Promise<QueueRow[]> => {
      const deckIds = [...allowances.keys()];
      if (deckIds.length === 0) return [];
      const due = await readDue(deckIds, at);
      const open = deckIds.filter((id) => (allowances.get(id)?.newCards ?? 0) > 0);
      const limits = open.map((id) => (allowances.get(id)?.newCards ?? 0) + due.length);
      return [...due, ...(await readNew(open, limits, buriedNotes))];
    },
  };
}

export type QueueRepository = ReturnType<typeof createQueueRepository>;
