import { invalidInput } from '@studymate/contracts';
import type { Generation } from '@studymate/database/ai';
import type { Connection, Page } from '@studymate/subgraph-kit';

/** A page whose total is counted only when asked for. */
export interface GenerationPage extends Omit<Connection<Generation>, 'totalCount'> {
  readonly count: () => Promise<number>;
}

/** Where a newest-first list goes on. */
export interface PlaceInList {
  readonly createdAt: Date;
  readonly id: string;
}

/** The place behind which a page begins, or null for the first page. */
export function placeOf({ cursor }: Page): PlaceInList | null {
  if (!cursor) return null;
  const [text = '', id] = cursor;
  const createdAt = new Date(text);
  if (Number.isNaN(createdAt.getTime()) || id === undefined) {
    throw invalidInput(['after'], 'after: is not a cursor of this list');
  }
  return { createdAt, id };
}

export const cursorOf = ({ createdAt, id }: Generation): string[] => [createdAt.toISOString(), id];
