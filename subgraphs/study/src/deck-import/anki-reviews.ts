import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { reviewGrades } from '../review/schedule.ts';
import { bigintRows } from './anki-notetypes.ts';
import type { ImportedReview } from './imported-note.ts';

const maxReviews = 200_000;

const rowSchema = z.object({
  id: z.bigint(),
  cid: z.coerce.string(),
  ease: z.coerce.number(),
  time: z.coerce.number(),
});

/** The reviews of Anki's cards by the cards' ids, each in the order in which they were made. */
export type ReviewsByCard = ReadonlyMap<string, readonly Omit<ImportedReview, 'card'>[]>;

const none = { reviews: new Map(), problem: null };

/**
 * The answers in a collection's `revlog`: what was learned, reviewed and relearned (types 0 to 2), not what was crammed
 * or set by hand. A row's id is its instant in milliseconds. A log that is too long is left out, and that is said.
 */
export function readReviews(collection: DatabaseSync): { reviews: ReviewsByCard; problem: string | null } {
  const table = collection
    .prepare("select 1 from sqlite_schema where type = 'table' and name = 'revlog'")
    .get();
  if (table === undefined) return none;
  const where = 'where type in (0, 1, 2) and ease between 1 and 4';
  const rows = z
    .array(rowSchema)
    .parse(
      bigintRows(
        collection,
        `select id, cid, ease, time from revlog ${where} order by id limit ${maxReviews + 1}`,
      ),
    );
  if (rows.length > maxReviews) {
    return { ...none, problem: `The package holds more than ${maxReviews} reviews; they are left out.` };
  }
  const reviews = rows.flatMap(({ id, cid, ease, time }) => {
    const grade = reviewGrades[ease - 1];
    const reviewedAt = new Date(Number(id));
    if (!grade || Number.isNaN(reviewedAt.getTime())) return [];
    return { cid, id: String(id), grade, reviewedAt, durationMs: Math.max(0, Math.round(time)) };
  });
  const byCard = Map.groupBy(reviews, ({ cid }) => cid);
  return {
    reviews: new Map([...byCard].map(([card, own]) => [card, own.map(({ cid: _cid, ...review }) => review)])),
    problem: null,
  };
}
