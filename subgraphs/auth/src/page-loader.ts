import type { Page } from '@studymate/subgraph-kit';
import DataLoader from 'dataloader';

export interface Slice {
  readonly take: number;
  readonly cursor: readonly string[];
}

interface Wanted extends Slice {
  readonly userId: string;
}

const keyOf = ({ take, cursor }: Slice) => JSON.stringify([take, cursor]);

/**
 * One page each of what hangs on many users, by one statement per distinct slice: `read` gets the users who
 * want the same slice and answers their rows together.
 */
export function createPageLoader<Row extends { readonly userId: string | null }>(
  read: (userIds: readonly string[], slice: Slice) => PromiseLike<Row[]>,
) {
  const loader = new DataLoader<Wanted, Row[], string>(
    async (wanted) => {
      const pages = new Map<string, Map<string | null, Row[]>>();
      for (const [key, same] of Map.groupBy(wanted, keyOf)) {
        const [slice] = same;
        if (!slice) continue;
        const rows = await read(
          same.map(({ userId }) => userId),
          slice,
        );
        pages.set(
          key,
          Map.groupBy(rows, ({ userId }) => userId),
        );
      }
      return wanted.map((one) => pages.get(keyOf(one))?.get(one.userId) ?? []);
    },
    { cacheKeyFn: (wanted) => `${wanted.userId}|${keyOf(wanted)}` },
  );
  return (userId: string, { take, cursor }: Page): Promise<Row[]> =>
    loader.load({ userId, take, cursor: cursor ?? [] });
}
