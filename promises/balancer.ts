import { Agent, request } from 'node:http';
import { setInterval as repeat } from 'node:timers';

const lookEveryMs = 100;
const connectAgain = new Set(['ECONNREFUSED']);

export interface Balanced {
  readonly status: number;
  readonly text: string;
}

interface Target {
  readonly url: URL;
  isReady: boolean;
  underWay: number;
  /** What its readiness was each time it changed: 200, 503, or 0 when nobody took the connection. */
  readonly states: number[];
}

/** Each request on a connection of its own, as a proxy sends them unless it is told otherwise. */
const agent = new Agent({ keepAlive: false });

interface Sent {
  readonly method: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

function send(url: URL, { method, headers, body }: Sent): Promise<Balanced> {
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      { method, headers: { 'user-agent': 'node', ...headers }, agent, timeout: 60_000 },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          text += chunk;
        });
        response.once('error', reject);
        response.once('end', () => resolve({ status: response.statusCode ?? 0, text }));
      },
    );
    sent.once('timeout', () => sent.destroy(new Error('No answer in 60 s.')));
    sent.once('error', reject);
    sent.end(body);
  });
}

const codeOf = (error: unknown): unknown => (error instanceof Error && 'code' in error ? error.code : null);

/**
 * A balancer as it stands before gateways: it asks each whether it is ready, sends to the one with the fewest requests
 * under way, and tries another only when the connection was refused. A request of which anybody may have seen a part
 * is never sent again. With `via` that is left to the balancer there, and only readiness is watched.
 */
export function balance(urls: readonly string[], via: URL | null = null) {
  const targets: Target[] = urls.map((url) => ({
    url: new URL(url),
    isReady: true,
    underWay: 0,
    states: [],
  }));
  const look = async (target: Target) => {
    const { status } = await send(new URL('/ready/', target.url), { method: 'GET' }).catch(() => ({
      status: 0,
    }));
    target.isReady = status === 200;
    if (target.states.at(-1) !== status) target.states.push(status);
  };
  const looking = repeat(() => targets.forEach((target) => void look(target)), lookEveryMs);

  const inOrder = (): Target[] =>
    targets.toSorted(
      (one, other) => Number(other.isReady) - Number(one.isReady) || one.underWay - other.underWay,
    );

  return {
    post: async (body: string, headers: Readonly<Record<string, string>>): Promise<Balanced> => {
      if (via) return send(via, { method: 'POST', headers, body });
      for (const target of inOrder()) {
        target.underWay += 1;
        try {
          return await send(target.url, { method: 'POST', headers, body });
        } catch (error) {
          if (!connectAgain.has(String(codeOf(error)))) throw error;
        } finally {
          target.underWay -= 1;
        }
      }
      throw new Error('Every gateway refused the connection.');
    },
    /** How the readiness of each went. */
    states: () => targets.map(({ states }) => states),
    stop: () => clearInterval(looking),
  };
}
