import { request as httpRequest, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import type { Recorded, Recorder } from './recorder.ts';

export interface WireRequest {
  readonly url: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  readonly body?: string | Buffer;
  /** The address on loopback that the request comes from. */
  readonly from?: string;
}

async function read(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/** Sends what `fetch` would not let out: any source address, any header, on a connection of its own. */
export function sendOverWire(recorder: Recorder, asked: WireRequest): Promise<Recorded> {
  const { url, method = 'POST', headers = {}, body, from } = asked;
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      url,
      {
        method,
        headers: {
          'content-type': 'application/json',
          // As `fetch` says: another agent would be another device to whoever assesses a session.
          'user-agent': 'node',
          ...(body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }),
          ...headers,
        },
        agent: false,
        ...(from && { localAddress: from }),
      },
      async (response) => {
        const answer = {
          asked: `${method} ${url}`,
          port: Number(new URL(url).port),
          status: response.statusCode ?? 0,
          headers: Object.fromEntries(
            Object.entries(response.headers).map(([name, value]) => [name, String(value)]),
          ),
          body: await read(response).catch(() => ''),
        };
        recorder.add(answer);
        resolve(answer);
      },
    );
    request.once('error', reject);
    request.end(body);
  });
}

/** Writes bytes to a server and answers all that comes back until it closes, or `patienceMs` have passed. */
export function sendBytes(url: string, bytes: string, patienceMs = 5_000): Promise<string> {
  return new Promise((resolve, reject) => {
    let received = '';
    const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write(bytes));
    const timer = setTimeout(() => socket.destroy(), patienceMs);
    socket.on('data', (chunk) => {
      received += chunk;
    });
    socket.once('error', (error) => (received === '' ? reject(error) : undefined));
    socket.once('close', () => {
      clearTimeout(timer);
      resolve(received);
    });
  });
}

/** The middle and the tail of how long things took, in milliseconds. */
export function percentile(times: readonly number[], share: number): number {
  const sorted = times.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
