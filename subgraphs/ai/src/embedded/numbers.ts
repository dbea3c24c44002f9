import type { Reading, Term } from '../language/language.ts';
import { chance, shuffled } from './seeded.ts';

const closestYears = 3;
const farthestYears = 60;

/** Wrong years near the right one: those of the text first, then made up within a few decades. */
export function otherYears({ terms }: Pick<Reading, 'terms'>, key: Term, count: number): string[] {
  const right = Number(key.label);
  const latest = Math.max(...[...terms.values()].filter(isYear).map(({ label }) => Number(label)));
  const fromText = [...terms.values()]
    .filter((term) => isYear(term) && Math.abs(Number(term.label) - right) <= farthestYears)
    .map(({ label }) => Number(label));
  const steps = shuffled([-31, -24, -17, -12, -8, -5, 5, 8, 12, 17, 24, 31], key.key).map(
    (step) => right + step,
  );
  const chosen: number[] = [];
  for (const year of [...shuffled(fromText, key.key).slice(0, 2), ...steps]) {
    const distinct = [right, ...chosen].every((other) => Math.abs(other - year) >= closestYears);
    if (chosen.length < count && distinct && year <= Math.max(latest, right)) chosen.push(year);
  }
  return chosen.map(String);
}

const isYear = ({ kind }: Term) => kind === 'YEAR';

const factors = [0.25, 0.5, 0.6, 1.5, 1.8, 2, 3, 4];

/** Wrong amounts of the same size and precision as the right one: 70,000 → 35,000, 140,000. */
export function otherAmounts(key: Term, count: number, highest = Number.POSITIVE_INFINITY): string[] {
  const right = Number(key.label.replaceAll(',', ''));
  const decimals = key.label.split('.')[1]?.length ?? 0;
  const digits = Math.max(1, key.label.replace(/[.,]/g, '').replace(/0+$/, '').length);
  const grouped = key.label.includes(',');
  const chosen: string[] = [];
  for (const factor of shuffled(factors, key.key)) {
    const value = Number((right * factor).toPrecision(digits));
    const label = write(value, decimals, grouped);
    if (chosen.length < count && value > 0 && value <= highest && ![key.label, ...chosen].includes(label))
      chosen.push(label);
  }
  return chosen.length === count
    ? chosen
    : [
        ...chosen,
        ...fill(right, { decimals, grouped, taken: [key.label, ...chosen], count: count - chosen.length }),
      ];
}

interface Fill {
  readonly decimals: number;
  readonly grouped: boolean;
  readonly taken: readonly string[];
  readonly count: number;
}

function fill(right: number, { decimals, grouped, taken, count }: Fill): string[] {
  const step = decimals > 0 ? 10 ** -decimals : Math.max(1, Math.round(right / 10));
  const offset = 1 + Math.floor(chance(right) * 2);
  return [offset, offset + 2, offset + 4, offset + 6]
    .map((times) => write(Math.abs(right - times * step) || right + times * step, decimals, grouped))
    .filter((label, place, all) => !taken.includes(label) && all.indexOf(label) === place)
    .slice(0, count);
}

const write = (value: number, decimals: number, grouped: boolean): string =>
  grouped || value >= 10_000
    ? value.toLocaleString('en-US', { minimumFractionDigits: decimals, maximumFractionDigits: decimals })
    : value.toFixed(decimals);
