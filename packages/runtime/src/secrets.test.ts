import { expect, it } from '@jest/globals';
import { readSecret } from './secrets.ts';

it('stands in for a secret that is not set, but not in production', () => {
  const standIn = readSecret('SUBGRAPH_SECRET', {});

  expect(Buffer.byteLength(standIn)).toBeGreaterThanOrEqual(32);
  expect(() => readSecret('SUBGRAPH_SECRET', { NODE_ENV: 'production' })).toThrow(/SUBGRAPH_SECRET/);
  expect(() => readSecret('SUBGRAPH_SECRET', { NODE_ENV: 'production', SUBGRAPH_SECRET: standIn })).toThrow();
  expect(() => readSecret('SUBGRAPH_SECRET', { NODE_ENV: 'production', SUBGRAPH_SECRET: 'short' })).toThrow();
});

it('takes a long secret from the environment in production', () => {
  const value = 'x'.repeat(32);

  expect(readSecret('SUBGRAPH_SECRET', { NODE_ENV: 'production', SUBGRAPH_SECRET: value })).toBe(value);
});
