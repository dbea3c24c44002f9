import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll } from '@jest/globals';

export interface HeldKey {
  readonly id: string;
  readonly plan?: string;
  readonly scopes?: readonly string[];
  readonly expiresAt?: string;
}

/** Whoever issues keys, as a gateway sees it: a URL that says what a key stands for. */
export async function startKeyIssuer() {
  const held = new Map<string, HeldKey>();
  const state = { asked: 0, isAway: false };
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    state.asked += 1;
    if (state.isAway) return void response.writeHead(503).end();
    const { key }: { key: string } = JSON.parse(Buffer.concat(chunks).toString());
    const found = held.get(key);
    const viewer = {
      id: 'us_owner',
      roles: [],
      scopes: found?.scopes ?? ['study:read'],
      sessionId: found?.id,
      authLevel: 'PASSWORD',
      emailVerified: true,
      locale: 'en',
      timeZone: 'UTC',
      dayStartMinutes: 240,
    };
    const answer = found
      ? { active: true, id: found.id, viewer, plan: found.plan ?? null, expiresAt: found.expiresAt ?? null }
      : { active: false };
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  afterAll(() => {
    server.close();
    server.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`, held, state };
}
