import { createBoundedCache } from '../execution/bounded-cache.ts';

const offered = ['application/json', 'application/graphql-response+json'] as const;

const chosen = createBoundedCache<string>(200);

interface Range {
  readonly type: string;
  readonly quality: number;
}

const parseRanges = (accept: string): Range[] =>
  accept.split(',').map((part) => {
    const [type = '', ...parameters] = part.split(';').map((text) => text.trim().toLowerCase());
    const quality = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
    return { type, quality: quality === undefined ? 1 : Number(quality) };
  });

const qualityOf = (ranges: readonly Range[], type: string): number => {
  const [main = ''] = type.split('/');
  const match = [type, `${main}/*`, '*/*'].map((name) => ranges.find((range) => range.type === name));
  return match.find((range) => range !== undefined)?.quality ?? 0;
};

function choose(accept: string): string {
  const ranges = parseRanges(accept);
  const order = (type: string) => ranges.findIndex((range) => range.type === type);
  const [best] = offered
    .filter((type) => qualityOf(ranges, type) > 0)
    .toSorted((one, other) => {
      const byQuality = qualityOf(ranges, other) - qualityOf(ranges, one);
      if (byQuality !== 0) return byQuality;
      return (order(one) < 0 ? Infinity : order(one)) - (order(other) < 0 ? Infinity : order(other));
    });
  return best === undefined ? '' : `${best}; charset=utf-8`;
}

/** The content type of a result by the request's `Accept` (GraphQL over HTTP); null when it takes neither. */
export function resultTypeFor(accept: string | undefined): string | null {
  if (accept === undefined) return `${offered[0]}; charset=utf-8`;
  let type = chosen.get(accept);
  if (type === undefined) {
    type = choose(accept);
    chosen.set(accept, type);
  }
  return type === '' ? null : type;
}
