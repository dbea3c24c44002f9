import DataLoader from 'dataloader';

/** Reads rows by key, all keys asked for at once in one statement, each at most once per request. */
export function batchOne<Row>(read: (keys: string[]) => PromiseLike<Row[]>, keyOf: (row: Row) => string) {
  const loader = new DataLoader<string, Row | null>(async (keys) => {
    const rows = new Map((await read([...keys])).map((row) => [keyOf(row), row]));
    return keys.map((key) => rows.get(key) ?? null);
  });
  return {
    load: (key: string) => loader.load(key),
    forget: () => {
      loader.clearAll();
    },
  };
}

/** Reads the rows of each key, all keys asked for at once in one statement. */
export function batchMany<Row>(read: (keys: string[]) => PromiseLike<Row[]>, keyOf: (row: Row) => string) {
  const loader = new DataLoader<string, Row[]>(async (keys) => {
    const rows = Map.groupBy(await read([...keys]), keyOf);
    return keys.map((key) => rows.get(key) ?? []);
  });
  return {
    load: (key: string) => loader.load(key),
    forget: () => {
      loader.clearAll();
    },
  };
}

/** Reads the first rows of each key, batched per page size. */
export function batchPages<Row>(create: (take: number) => ReturnType<typeof batchMany<Row>>) {
  const sizes = new Map<number, ReturnType<typeof batchMany<Row>>>();
  return {
    load: (key: string, take: number): Promise<Row[]> => {
      const batch = sizes.get(take) ?? create(take);
      sizes.set(take, batch);
      return batch.load(key);
    },
    forget: () => {
      sizes.clear();
    },
  };
}
