/** Counts what is open under each key, up to a number. */
export interface Allowance {
  /** Answers how to give the place back; null when there is none. */
  take(key: string): (() => void) | null;
}

export function createAllowance(max: number): Allowance {
  const open = new Map<string, number>();
  return {
    take: (key) => {
      const before = open.get(key) ?? 0;
      if (before >= max) return null;
      open.set(key, before + 1);
      let isTaken = true;
      return () => {
        if (!isTaken) return;
        isTaken = false;
        const left = (open.get(key) ?? 1) - 1;
        if (left === 0) open.delete(key);
        else open.set(key, left);
      };
    },
  };
}
