/** Keeps the entries used last, up to a number of them, and up to a weight where one is given. */
export interface BoundedCache<T> {
  get(key: string): T | undefined;
  /** An entry that is heavier than all may be together is not kept. */
  set(key: string, value: T): void;
  delete(key: string): void;
  clear(): void;
  /** The entries, the one used last first. */
  entries(): [string, T][];
  readonly size: number;
}

export interface WeightLimit<T> {
  readonly weigh: (key: string, value: T) => number;
  /** Of all entries together. */
  readonly most: number;
}

const weightless: WeightLimit<unknown> = { weigh: () => 0, most: 0 };

export function createBoundedCache<T>(
  maxEntries: number,
  { weigh, most }: WeightLimit<T> = weightless,
): BoundedCache<T> {
  const entries = new Map<string, T>();
  let weight = 0;
  let newest: string | null = null;
  const remove = (key: string) => {
    const value = entries.get(key);
    if (value === undefined) return;
    entries.delete(key);
    weight -= weigh(key, value);
  };
  return {
    get: (key) => {
      const value = entries.get(key);
      if (value === undefined || key === newest) return value;
      entries.delete(key);
      entries.set(key, value);
      newest = key;
      return value;
    },
    set: (key, value) => {
      remove(key);
      entries.set(key, value);
      newest = key;
      weight += weigh(key, value);
      for (const oldest of entries.keys()) {
        if (entries.size <= maxEntries && weight <= most) return;
        remove(oldest);
      }
    },
    delete: remove,
    clear: () => {
      entries.clear();
      weight = 0;
    },
    entries: () => [...entries].toReversed(),
    get size() {
      return entries.size;
    },
  };
}
