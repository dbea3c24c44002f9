import { invalidInput } from '@studymate/contracts';
import type { Page } from '@studymate/subgraph-kit';
import DataLoader from 'dataloader';

/** Where a list ordered by an instant and then id goes on. */
export interface InstantKey {
  readonly instant: Date;
  readonly id: string;
}

/** The place behind which a page of a list ordered by instant and id begins, or null for the first page. */
export function instantKeyOf({ cursor }: Page): InstantKey | null {
  if (!cursor) return null;
  const [text = '', id] = cursor;
  const instant = new Date(text);
  if (Number.isNaN(instant.getTime()) || id === undefined) {
    throw invalidInput(['after'], 'after: is not a cursor of this list');
  }
  return { instant, id };
}

/** The rows of a newest-first list behind the page's cursor. */
export function olderThan(page: Page) {
  const key = instantKeyOf(page);
  if (!key) return {};
  return { OR: [{ createdAt: { lt: key.instant } }, { createdAt: key.instant, id: { lt: key.id } }] };
}

/** The rows of an oldest-first list behind the page's cursor. */
export function newerThan(page: Page) {
  const key = instantKeyOf(page);
  if (!key) return {};
  return { OR: [{ createdAt: { gt: key.instant } }, { createdAt: key.instant, id: { gt: key.id } }] };
}

export const newestFirst: { createdAt?: 'desc'; id?: 'desc' }[] = [{ createdAt: 'desc' }, { id: 'desc' }];
export const oldestFirst: { createdAt?: 'asc'; id?: 'asc' }[] = [{ createdAt: 'asc' }, { id: 'asc' }];

export const createdKeyOf = ({ createdAt, id }: { createdAt: Date; id: string }) => [
  createdAt.toISOString(),
  id,
];

/** One page of the children of one parent, perhaps of a part of them. */
export interface ChildPage<Filter = undefined> {
  readonly parentId: string;
  readonly page: Page;
  readonly filter?: Filter | undefined;
}

/**
 * Reads the same page of many parents' children in one go: parents are batched as long as page and filter
 * are alike, which they are within one field of a query.
 */
export function createChildPageLoader<Row, Filter = undefined>(
  read: (
    parentIds: readonly string[],
    page: Page,
    filter: Filter | undefined,
  ) => Promise<ReadonlyMap<string, readonly Row[]>>,
) {
  const shapeOf = ({ page, filter }: ChildPage<Filter>) => JSON.stringify([page, filter]);
  return new DataLoader<ChildPage<Filter>, readonly Row[], string>(
    async (keys) => {
      const answers = new Map<string, Promise<ReadonlyMap<string, readonly Row[]>>>();
      for (const key of keys) {
        const shape = shapeOf(key);
        if (answers.has(shape)) continue;
        const alike = keys.filter((other) => shapeOf(other) === shape).map(({ parentId }) => parentId);
        answers.set(shape, read([...new Set(alike)], key.page, key.filter));
      }
      return Promise.all(keys.map(async (key) => (await answers.get(shapeOf(key)))?.get(key.parentId) ?? []));
    },
    { cacheKeyFn: (key) => `${key.parentId} ${shapeOf(key)}` },
  );
}

/** A loader of rows by id; null for an id that is not there. */
export const createRowLoader = <Row extends { readonly id: string }>(
  read: (ids: string[]) => Promise<readonly Row[]>,
) =>
  new DataLoader<string, Row | null>(async (ids) => {
    const found = new Map((await read([...ids])).map((row) => [row.id, row]));
    return ids.map((id) => found.get(id) ?? null);
  });

/** A loader of counts by parent id; 0 where nothing is counted. */
export const createCountLoader = (read: (ids: string[]) => Promise<readonly (readonly [string, number])[]>) =>
  new DataLoader<string, number>(async (ids) => {
    const counts = new Map(await read([...ids]));
    return ids.map((id) => counts.get(id) ?? 0);
  });
