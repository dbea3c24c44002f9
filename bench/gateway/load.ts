import { isDeepStrictEqual } from 'node:util';
import { Pool } from 'undici';

export interface LoadOptions {
  readonly url: string;
  readonly query: string;
  /** The answer every request must get, but for the order of its members. */
  readonly expected: unknown;
  readonly requests: number;
  readonly connections: number;
  /** `Authorization` headers, taken in turn: no two requests under way share one. */
  readonly authorizations: readonly string[];
}

export interface LoadResult {
  readonly seconds: number;
  /** Milliseconds from request to last byte, in order. */
  readonly latencies: Float64Array;
}

/** Texts that were compared member by member are compared byte by byte from then on. */
function createCheck(expected: unknown): (text: Buffer) => void {
  let right: Buffer | null = null;
  return (text) => {
    if (right?.equals(text)) return;
    const answer: unknown = JSON.parse(text.toString());
    if (!isDeepStrictEqual(answer, expected)) {
      throw new Error(`A wrong answer: ${text.toString().slice(0, 400)}`);
    }
    right = text;
  };
}

/** Sends the requests over as many connections, each waiting for its answer, and checks every answer. */
export async function applyLoad(options: LoadOptions): Promise<LoadResult> {
  const { origin, pathname } = new URL(options.url);
  const pool = new Pool(origin, { connections: options.connections, pipelining: 1, headersTimeout: 60_000 });
  const check = createCheck(options.expected);
  const body = JSON.stringify({ query: options.query });
  const latencies = new Float64Array(options.requests);
  let next = 0;

  const work = async () => {
    while (next < options.requests) {
      const number = next++;
      const authorization = options.authorizations[number % options.authorizations.length] ?? '';
      const startedAt = performance.now();
      const response = await pool.request({
        method: 'POST',
        path: pathname,
        headers: { 'content-type': 'application/json', accept: 'application/json', authorization },
        body,
      });
      const text = Buffer.from(await response.body.arrayBuffer());
      latencies[number] = performance.now() - startedAt;
      if (response.statusCode !== 200) throw new Error(`Status ${response.statusCode}: ${text}`);
      check(text);
    }
  };

  const startedAt = performance.now();
  await Promise.all(Array.from({ length: options.connections }, work));
  const seconds = (performance.now() - startedAt) / 1000;
  await pool.close();
  return { seconds, latencies: latencies.toSorted() };
}
