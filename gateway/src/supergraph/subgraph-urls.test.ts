import { describe, expect, it } from '@jest/globals';
import { parse } from 'graphql';
import { readSubgraphUrls } from './subgraph-urls.ts';

const supergraph = parse(`
  enum join__Graph {
    AUTH @join__graph(name: "auth", url: "http://127.0.0.1:4001/graphql")
    MY_SHOP @join__graph(name: "my-shop", url: "https://shop.example/api")
  }
`);
const urls = (env: NodeJS.ProcessEnv) => Object.fromEntries(readSubgraphUrls(supergraph, env));
const declared = { auth: 'http://127.0.0.1:4001/graphql', 'my-shop': 'https://shop.example/api' };

describe('subgraph URLs', () => {
  it('are the supergraph’s where nothing else is said', () => {
    expect(urls({})).toEqual(declared);
  });

  it.each([
    [{ AUTH_URL: 'http://auth:80' }, { auth: 'http://auth/graphql' }],
    [{ AUTH_URL: 'http://auth/other' }, { auth: 'http://auth/other' }],
    [{ MY_SHOP_URL: 'http://127.0.0.1:9/x' }, { 'my-shop': 'http://127.0.0.1:9/x' }],
    [{ AUTH_PORT: '5001' }, { auth: 'http://127.0.0.1:5001/graphql' }],
    [{ AUTH_URL: 'postgresql://db/x' }, {}],
    [{ MY_SHOP_PORT: '5' }, {}],
  ])('follow %j', (env, changed) => {
    expect(urls(env)).toEqual({ ...declared, ...changed });
  });
});
