import type { StudyDatabase } from '@studymate/database/study';
import type { StudyDay } from '@studymate/runtime';
import type { ReviewOrder } from './queue.ts';

/** A deck as the queue sees it: what it may still show today, and how its cards are forgotten. */
export interface QueueDeckRow {
  readonly id: string;
  readonly reviews: number;
  readonly newCards: number;
  readonly desiredRetention: number;
  /** R(t, S) = (1 + factor · t ÷ S) ^ decay */
  readonly factor: number;
  readonly decay: number;
}

export interface QueueScope {
  readonly at: Date;
  readonly today: StudyDay;
  readonly order: ReviewOrder;
  readonly take: number;
  /** Notes of which a card was answered today. */
  readonly seenNotes: readonly string[];
  /** Cards that are the only ones of their notes that were answered today. */
  readonly soleSeenCards: readonly string[];
}

/** The heads of the queue's three parts, each in order, and how long the whole parts are. */
export interface QueueHead {
  readonly steps: readonly string[];
  readonly reviews: readonly string[];
  readonly newCards: readonly string[];
  readonly stepCount: number;
  readonly reviewCount: number;
  readonly newCount: number;
  readonly backlog: number;
}

/**
 * Finds the first cards of a review queue without reading the rest out of the database. The same rules as
 * `orderQueue`, which orders what is found: steps by due instant; one due review of each note in the asked
 * order, as many as each deck allows; then one new card of each note, oldest first, as many as allowed.
 */
export function createQueueRepository(database: StudyDatabase) {
  return {
    findHead: async (decks: readonly QueueDeckRow[], scope: QueueScope): Promise<QueueHead> => {
      const { at, today, order, take, seenNotes, soleSeenCards } = scope;
      const [row] = await database.$queryRaw<{ head: QueueHead }[]>`
        with deck as (
          select * from unnest(${decks.map(({ id }) => id)}::text[], ${decks.map(({ reviews }) => reviews)}::int[],
            ${decks.map(({ newCards }) => newCards)}::int[],
            ${decks.map(({ desiredRetention }) => desiredRetention)}::float8[],
            ${decks.map(({ factor }) => factor)}::float8[], ${decks.map(({ decay }) => decay)}::float8[]
          ) with ordinality as deck("id", "reviews", "newCards", "desired", "factor", "decay", "number")
        ), step as materialized (
          select card."id", card."noteId", card."due" from "Card" card join deck on deck."id" = card."deckId"
          where card."state" in ('LEARNING', 'RELEARNING') and card."due" <= ${at} and not card."suspended"
        ), recalled as (
          select card."id", deck."number" as "deck", card."noteId", card."due", deck."reviews", deck."desired",
            round(1e8 * power(1 + deck."factor" * greatest(0, ${today}::date - card."lastStudyDay"::date)
              / card."stability", deck."decay")) / 1e8 as "recall"
          from "Card" card join deck on deck."id" = card."deckId"
          where card."state" = 'REVIEW' and card."due" <= ${at} and not card."suspended"
        ), due as materialized (
          select *, case ${order}::text
            when 'RELATIVE_OVERDUENESS' then -((1 / "recall" - 1) / (1 / "desired" - 1))
            when 'RETRIEVABILITY_ASC' then "recall"
            when 'RANDOM_SEEDED' then ('x' || left(md5(${today} || ':' || "id"), 12))::bit(48)::bigint
            else 0 end as "key"
          from recalled
        ), usable as materialized (
          select * from due where "noteId" not in (select "noteId" from step)
            and ("noteId" <> all(${seenNotes}::text[]) or "id" = any(${soleSeenCards}::text[]))
        ), twin as materialized (
          select "noteId" from usable group by "noteId" having count(*) > 1
        ), lone as (
          select "id", "deck", "noteId", "due", "reviews", "key" from usable
          where "noteId" not in (select "noteId" from twin)
          union all
          select "id", "deck", "noteId", "due", "reviews", "key" from (
            select *, row_number() over (partition by "noteId" order by "key", "due", "id" collate "C") as "sibling"
            from usable where "noteId" in (select "noteId" from twin)
          ) as siblings where "sibling" = 1
        ), review as materialized (
          select * from (
            select *, row_number() over (partition by "deck" order by "key", "due", "id" collate "C") as "place"
            from lone
          ) as places where "place" <= "reviews"
        ), fresh as materialized (
          select found.* from deck cross join lateral (
            select card."id", card."createdAt" from "Card" card
            where card."deckId" = deck."id" and card."state" = 'NEW' and not card."suspended"
              and card."noteId" <> all(${seenNotes}::text[])
              and card."noteId" not in (select "noteId" from step)
              and card."noteId" not in (select "noteId" from review)
              and not exists (
                select 1 from "Card" elder where elder."noteId" = card."noteId" and elder."state" = 'NEW'
                  and not elder."suspended" and (elder."createdAt", elder."id" collate "C")
                    < (card."createdAt", card."id" collate "C"))
            order by card."createdAt", card."id" collate "C" limit deck."newCards"
          ) as found
        )
        select json_build_object(
          'steps', array(select "id" from step order by "due", "id" collate "C" limit ${take}),
          'reviews', array(select "id" from review order by "key", "due", "id" collate "C"
            limit greatest(0, ${take} - (select count(*) from step))),
          'newCards', array(select "id" from fresh order by "createdAt", "id" collate "C"
            limit greatest(0, ${take} - (select count(*) from step) - (select count(*) from review))),
          'stepCount', (select count(*) from step), 'reviewCount', (select count(*) from review),
          'newCount', (select count(*) from fresh), 'backlog', (select count(*) from due)
        ) as head`;
      if (!row) throw new Error('The queue has no head.');
      return row.head;
    },
  };
}

export type QueueRepository = ReturnType<typeof createQueueRepository>;
