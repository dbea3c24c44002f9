import { buildSubgraphSchema } from '@apollo/subgraph';
import { afterAll, expect, it } from '@jest/globals';
import { readSecret, signRequest } from '@studymate/runtime';
import { parse } from 'graphql';
import { startSubgraph } from './server.ts';

const subgraph = await startSubgraph({
  name: 'relay',
  schema: buildSubgraphSchema({ typeDefs: parse('type Query { a: Int }') }),
  port: 0,
  createContext: () => ({}),
  isReady: async () => true,
});
afterAll(subgraph.stop);

const body = '{"query":"{ a }"}';
const ask = async (headers: Record<string, string>) => {
  const response = await fetch(`${subgraph.url}/graphql`, { method: 'POST', headers, body });
  return response.json();
};
const signed = () =>
  signRequest(readSecret('SUBGRAPH_SECRET'), { viewer: null, requestId: 'request-1' }, body);
const asked = { 'apollo-federation-include-trace': 'ftv1' };

it('tells where the time went to a gateway that asks, and to nobody else', async () => {
  expect(await ask({ ...signed(), ...asked })).toEqual({
    data: { a: null },
    extensions: { ftv1: expect.any(String) },
  });
  expect(await ask(signed())).toEqual({ data: { a: null } });
  expect(JSON.stringify(await ask(asked))).not.toContain('ftv1');
});
