import { invalidInput } from '@studymate/contracts';

export interface PageArguments {
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
}

/** What a repository reads: `take` rows (one more than asked, to know whether there are more) behind `cursor`. */
export interface Page {
  readonly first: number;
  readonly take: number;
  /** The sort key of the last row seen, as `cursorOf` made it. */
  readonly cursor: readonly string[] | null;
}

const encode = (key: readonly string[]) => Buffer.from(JSON.stringify(key)).toString('base64url');

function decode(cursor: string): readonly string[] {
  try {
    const key: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (Array.isArray(key) && key.every((part) => typeof part === 'string')) return key;
  } catch {
    // An unreadable cursor is answered like a forged one, below.
  }
  throw invalidInput(['after'], 'after: is not a cursor of this list');
}

/** Checks page arguments; `first` defaults to 20 and may be 1 to `max` (100). */
export function parsePage({ first, after }: PageArguments, { max = 100, fallback = 20 } = {}): Page {
  const size = first ?? fallback;
  if (!Number.isInteger(size) || size < 1 || size > max)
    throw invalidInput(['first'], `first: must be 1 to ${max}`, 'range');
  return { first: size, take: size + 1, cursor: after ? decode(after) : null };
}

export interface Connection<Row> {
  readonly edges: readonly { readonly node: Row; readonly cursor: string }[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
  readonly totalCount?: number | null;
}

/**
 * A Relay connection of rows that were read for `page` (keyset: stable while rows are inserted).
 * `cursorOf` gives a row's sort key as strings, ending in something unique such as the id.
 */
export function toConnection<Row>(
  rows: readonly Row[],
  page: Page,
  cursorOf: (row: Row) => readonly string[],
): Connection<Row> {
  const edges = rows.slice(0, page.first).map((node) => ({ node, cursor: encode(cursorOf(node)) }));
  return {
    edges,
    pageInfo: {
      hasNextPage: rows.length > page.first,
      hasPreviousPage: page.cursor !== null,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}
