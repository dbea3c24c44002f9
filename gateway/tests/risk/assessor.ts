import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll } from '@jest/globals';
import type { Caller } from '@studymate/contracts';
import { createRequestVerifier } from '@studymate/runtime';

export interface Verdict {
  readonly allow: 'EVERYTHING' | 'INSENSITIVE' | 'NOTHING';
  readonly isRefused?: boolean;
  readonly isEnded?: boolean;
}

export interface Question {
  readonly caller: Caller;
  readonly sensitive: boolean;
}

/** Whoever assesses requests, as a gateway sees it: a URL that takes signed questions. */
export async function startAssessor(secret: string) {
  const verify = createRequestVerifier(secret);
  const questions: Question[] = [];
  const state: { verdict: Verdict; isAway: boolean; delayMs: number } = {
    verdict: { allow: 'EVERYTHING' },
    isAway: false,
    delayMs: 0,
  };
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const caller = verify(request.headers, body);
    if (!caller || state.isAway) return void response.writeHead(caller ? 503 : 401).end();
    questions.push({ caller, ...(JSON.parse(body.toString()) as { sensitive: boolean }) });
    if (state.delayMs > 0) await new Promise((resolve) => setTimeout(resolve, state.delayMs));
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(state.verdict));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  afterAll(() => {
    server.close();
    server.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/risk`, questions, state };
}
