const longest = 60;

/**
 * A label's value as long as few are in use, else `other`: what clients make up does not grow the metrics. `none`
 * stands for null.
 */
export function createLabelValues(max: number): (value: string | null) => string {
  const used = new Set<string>();
  return (value) => {
    if (value === null) return 'none';
    if (used.has(value)) return value;
    if (used.size >= max || value.length > longest) return 'other';
    used.add(value);
    return value;
  };
}
