import DataLoader from 'dataloader';

export interface Batch<Value> {
  load(key: string): Promise<Value>;
  forget(): void;
}

/** Rows by one key each, read in one query per tick; null where there is none. */
export function batchOne<Row>(
  read: (keys: string[]) => Promise<readonly Row[]>,
  keyOf: (row: Row) => string,
): Batch<Row | null> {
  const loader = new DataLoader<string, Row | null>(async (keys) => {
    const found = new Map((await read([...keys])).map((row) => [keyOf(row), row]));
    return keys.map((key) => found.get(key) ?? null);
  });
  return { load: (key) => loader.load(key), forget: () => void loader.clearAll() };
}

/** Lists of rows by a shared key, read in one query per tick, in the order of that query. */
export function batchMany<Row>(
  read: (keys: string[]) => Promise<readonly Row[]>,
  keyOf: (row: Row) => string,
): Batch<readonly Row[]> {
  const loader = new DataLoader<string, readonly Row[]>(async (keys) => {
    const groups = Map.groupBy(await read([...keys]), keyOf);
    return keys.map((key) => groups.get(key) ?? []);
  });
  return { load: (key) => loader.load(key), forget: () => void loader.clearAll() };
}
