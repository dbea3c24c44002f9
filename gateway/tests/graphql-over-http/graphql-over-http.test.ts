import { describe, expect, it } from '@jest/globals';
import { serverAudits } from 'graphql-http';
import { startWorld } from '../world.ts';

const world = await startWorld({
  subgraphs: [{ name: 'a', sdl: 'type Query { a: Int }', resolvers: { Query: { a: () => 1 } } }],
});
const audits = serverAudits({
  url: `${world.url}/graphql`,
  fetchFn: (url: string, init: RequestInit = {}) =>
    fetch(url, {
      ...init,
      headers: { ...Object.fromEntries(new Headers(init.headers)), 'apollo-require-preflight': '1' },
    }),
});

describe('GraphQL over HTTP', () => {
  it('is audited for everything', () => {
    expect(audits.length).toBeGreaterThanOrEqual(61);
  });

  it.each(audits.map((audit) => [audit.id, audit.name, audit] as const))(
    '%s: %s',
    async (_id, _name, audit) => {
      expect(await audit.fn()).toMatchObject({ status: 'ok' });
    },
  );
});
