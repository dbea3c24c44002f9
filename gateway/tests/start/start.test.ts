import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from '@jest/globals';
import { compose, startSubgraph } from '../world.ts';

const main = new URL('../../src/main.ts', import.meta.url).pathname;

/** Preloaded into the gateway: writes every name that is looked up, for a connection or anything else. */
const watchNames = `data:text/javascript,${encodeURIComponent(`
  import dns from 'node:dns';
  import { syncBuiltinESMExports } from 'node:module';
  const { lookup } = dns;
  dns.lookup = (name, ...rest) => { console.log('looked up ' + name); return lookup(name, ...rest); };
  const { lookup: promised } = dns.promises;
  dns.promises.lookup = (name, ...rest) => { console.log('looked up ' + name); return promised(name, ...rest); };
  syncBuiltinESMExports();
`)}`;

// Composed while it is up, and gone before the gateway starts.
const subgraph = await startSubgraph({ name: 'a', sdl: 'type Query { a: Int }', resolvers: {} });
const supergraph = compose([subgraph]);
await subgraph.stop();

const folder = await mkdtemp(join(tmpdir(), 'start-'));
await writeFile(join(folder, 'supergraph.graphql'), supergraph);
const { NODE_OPTIONS: _options, APOLLO_TELEMETRY_DISABLED: _telemetry, ...inherited } = process.env;
const gateway = spawn(
  process.execPath,
  ['--import', watchNames, main, '--supergraph', join(folder, 'supergraph.graphql'), '--port', '0'],
  { env: { ...inherited, NODE_ENV: 'production', LOG_LEVEL: 'info' }, stdio: ['ignore', 'pipe', 'inherit'] },
);
let output = '';
gateway.stdout.on('data', (chunk) => (output += chunk));
let later: Server | null = null;
afterAll(async () => {
  gateway.kill('SIGTERM');
  await once(gateway, 'exit');
  later?.close();
  later?.closeAllConnections();
  await rm(folder, { recursive: true });
});

async function waitForUrl(): Promise<string> {
  for (;;) {
    const [, url] = /"url":"(http:[^"]+)","message":"gateway ready"/.exec(output) ?? [];
    if (url !== undefined) return url;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
const url = await waitForUrl();

const ask = async (query: string) => {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  return (await response.json()) as { data?: unknown; errors?: { extensions: { code: string } }[] };
};

it('starts with its subgraphs down, and answers them when they come', async () => {
  expect((await fetch(`${url}/ready/`)).status).toBe(200);
  expect(await ask('{ __typename }')).toEqual({ data: { __typename: 'Query' } });
  const down = await ask('{ a }');
  expect(down.data).toEqual({ a: null });
  expect(down.errors?.map(({ extensions }) => extensions.code)).toEqual(['UPSTREAM_UNAVAILABLE']);

  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"data":{"a":1}}');
  });
  later = server;
  await new Promise<void>((resolve) =>
    server.listen(Number(new URL(subgraph.url).port), '127.0.0.1', resolve),
  );
  expect(await ask('{ a }')).toEqual({ data: { a: 1 } });
});

it('calls nobody but its subgraphs: nothing is reported to a vendor', async () => {
  await ask('{ a __typename }');
  // The watch works: listening looks its own address up.
  expect(output).toContain('looked up 127.0.0.1');
  const names = [...output.matchAll(/looked up (\S+)/g)].map(([, name]) => name);
  expect(names.filter((name) => name !== '127.0.0.1' && name !== 'localhost')).toEqual([]);
});
