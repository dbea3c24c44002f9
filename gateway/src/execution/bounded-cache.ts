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

interface Entry<T> {
  readonly value: T;
  move: number;
}

/** An entry that fewer than a quarter of all were put behind is not moved when it is used: that costs more than it is worth. */
const nearShare = 4;

const weightless: WeightLimit<unknown> = { weigh: () => 0, most: 0 };

export function createBoundedCache<T>(
  maxEntries: number,
  { weigh, most }: WeightLimit<T> = weightless,
): BoundedCache<T> {
  const entries = new Map<string, Entry<T>>();
  let weight = 0;
  /** How often an entry was put at the end of the line. */
  let moves = 0;
  const remove = (key: string) => {
    const entry = entries.get(key);
    if (entry === undefined) return;
    entries.delete(key);
    weight -= weigh(key, entry.value);
  };
  /** Whether hardly anything stands behind it: then it is far from being the next to go, and stays where it is. */
  const isNearEnd = ({ move }: Entry<T>) => (moves - move) * nearShare < entries.size;
  return {
    get: (key) => {
      const entry = entries.get(key);
      if (entry === undefined) return undefined;
      if (isNearEnd(entry)) return entry.value;
      entries.delete(key);
      entries.set(key, entry);
      entry.move = ++moves;
      return entry.value;
    },
    set: (key, value) => {
      remove(key);
      entries.set(key, { value, move: ++moves });
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
    entries: () => [...entries].map(([key, { value }]): [string, T] => [key, value]).toReversed(),
    get size() {
      return entries.size;
    },
  };
}
