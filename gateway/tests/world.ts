import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { composeServices } from '@apollo/composition';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { afterAll } from '@jest/globals';
import { type DocumentNode, graphql, parse } from 'graphql';
import { start } from '../src/index.ts';

type Resolvers = NonNullable<
  Parameters<typeof buildSubgraphSchema>[0] extends infer M
    ? M extends { resolvers?: infer R }
      ? R
      : never
    : never
>;

export interface SubgraphDefinition {
  readonly name: string;
  readonly sdl: string;
  readonly resolvers: Resolvers;
  /** The `Cache-Control` header of an answer without errors; without it there is none. */
  readonly cacheControl?: (request: Received) => string;
  /** Further headers of every answer. */
  readonly headers?: Readonly<Record<string, string | string[]>>;
}

/** What reached a subgraph. */
export interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: { readonly query: string; readonly variables?: Record<string, unknown> };
}

export interface RunningSubgraph {
  readonly name: string;
  readonly url: string;
  readonly document: DocumentNode;
  readonly received: Received[];
  /** `answer`: as it should. `hang`: never. `break`: HTML with status 500. */
  mode: 'answer' | 'hang' | 'break';
  stop(): Promise<void>;
}

const federation = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", "@external", "@requires", "@provides", "@inaccessible", "@interfaceObject", "@authenticated", "@requiresScopes", "@policy"])`;

/** A real subgraph, built with @apollo/subgraph and served over HTTP, that keeps what it was asked. */
export async function startSubgraph({
  name,
  sdl,
  resolvers,
  cacheControl,
  headers = {},
}: SubgraphDefinition): Promise<RunningSubgraph> {
  const document = parse(sdl.includes('@link') ? sdl : `${federation}\n${sdl}`);
  const schema = buildSubgraphSchema({ typeDefs: document, resolvers });
  const received: Received[] = [];
  const subgraph: { mode: RunningSubgraph['mode'] } = { mode: 'answer' };
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString();
    const body: Received['body'] = JSON.parse(text === '' ? '{}' : text);
    const asked = { headers: { ...request.headers, 'x-raw-body': text }, body };
    received.push(asked);
    if (subgraph.mode === 'hang') return;
    if (subgraph.mode === 'break') {
      response
        .writeHead(500, { 'content-type': 'text/html' })
        .end('<h1>Error: connect ECONNREFUSED 10.1.2.3:5432</h1>');
      return;
    }
    const result = await graphql({
      schema,
      source: body.query,
      variableValues: body.variables ?? {},
      contextValue: { headers: request.headers },
    });
    response
      .writeHead(200, {
        ...headers,
        'content-type': 'application/json',
        ...(cacheControl && !result.errors ? { 'cache-control': cacheControl(asked) } : {}),
      })
      .end(JSON.stringify(result));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return Object.assign(subgraph, {
    name,
    url: `http://127.0.0.1:${port}/graphql`,
    document,
    received,
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  });
}

/** The supergraph SDL of the subgraphs; throws with composition's own words. */
export function compose(subgraphs: readonly RunningSubgraph[]): string {
  const result = composeServices(
    subgraphs.map(({ name, url, document }) => ({ name, url, typeDefs: document })),
  );
  if (result.supergraphSdl === undefined) throw new Error(result.errors?.map(String).join('\n'));
  return result.supergraphSdl;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly data: Record<string, unknown> | null | undefined;
  readonly errors:
    | { message: string; path?: (string | number)[]; extensions: Record<string, unknown> }[]
    | undefined;
}

export interface World {
  readonly url: string;
  readonly subgraphs: Readonly<Record<string, RunningSubgraph>>;
  readonly supergraphFile: string;
  ask(query: string, options?: { variables?: object; headers?: Record<string, string> }): Promise<Answer>;
  swap(supergraph: string): Promise<void>;
  /** Requests that reached any subgraph so far. */
  fetches(): number;
}

export interface WorldOptions {
  readonly subgraphs: readonly SubgraphDefinition[];
  readonly config?: object;
  readonly environment?: NodeJS.ProcessEnv;
  /** Applied to the composed supergraph before it is served. */
  readonly edit?: (supergraph: string) => string;
}

const readAnswer = async (response: Response): Promise<Answer> => {
  const { data, errors } = (await response.json()) as Pick<Answer, 'data' | 'errors'>;
  return { status: response.status, headers: response.headers, data, errors };
};

/** A gateway over real subgraphs, with a configuration file of its own, stopped after the file's tests. */
export async function startWorld(options: WorldOptions): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), 'gateway-'));
  const subgraphs = await Promise.all(options.subgraphs.map(startSubgraph));
  const supergraphFile = join(folder, 'supergraph.graphql');
  const swap = async (supergraph: string) => {
    await writeFile(`${supergraphFile}.new`, supergraph);
    await rename(`${supergraphFile}.new`, supergraphFile);
  };
  await swap((options.edit ?? ((sdl) => sdl))(compose(subgraphs)));
  const configFile = join(folder, 'gateway.json');
  await writeFile(configFile, JSON.stringify({ port: 0, supergraph: supergraphFile, ...options.config }));
  const clear = async () => {
    await Promise.all(subgraphs.map((subgraph) => subgraph.stop()));
    await rm(folder, { recursive: true });
  };
  const gateway = await start({ NODE_ENV: 'test', ...options.environment }, { configFile }).catch(
    async (error: unknown) => {
      await clear();
      throw error;
    },
  );
  afterAll(async () => {
    await gateway.stop();
    await clear();
  });
  return {
    url: gateway.url,
    supergraphFile,
    subgraphs: Object.fromEntries(subgraphs.map((subgraph) => [subgraph.name, subgraph])),
    ask: async (query, { variables = {}, headers = {} } = {}) =>
      readAnswer(
        await fetch(`${gateway.url}/graphql`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', ...headers },
          body: JSON.stringify({ query, variables }),
        }),
      ),
    swap,
    fetches: () => subgraphs.reduce((total, { received }) => total + received.length, 0),
  };
}
