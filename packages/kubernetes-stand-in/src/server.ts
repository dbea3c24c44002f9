import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { describeServer } from './discovery.ts';
import { decodeObject } from './protobuf.ts';
import { type Answer, answerObjects, failure, type ObjectRequest, watchObjects } from './requests.ts';
import { resources } from './resources.ts';
import { createStore, type KubernetesObject, type Store } from './store.ts';

export interface KubernetesStandIn {
  readonly url: string;
  /** What was done, in order, as `ADDED deployments/studymate-gateway`. */
  readonly changes: readonly string[];
  list(groupVersion: string, plural: string): readonly KubernetesObject[];
  stop(): Promise<void>;
}

async function readBody(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const body = Buffer.concat(chunks);
  if (body.length === 0) return {};
  if (request.headers['content-type']?.includes('protobuf')) return decodeObject(body);
  return JSON.parse(body.toString('utf8'));
}

/** `/apis/apps/v1/namespaces/default/deployments/studymate-auth` in its parts; null where it names no objects. */
function readPath(path: string): Pick<ObjectRequest, 'collection' | 'resource' | 'name'> | null {
  const [, groupVersion = '', rest = ''] = /^\/(?:api|apis)\/((?:[^/]+\/)?v[^/]+)\/(.+)$/.exec(path) ?? [];
  const parts = rest.split('/');
  const isInNamespace = parts[0] === 'namespaces' && parts.length > 2;
  const namespace = isInNamespace ? (parts[1] ?? '') : null;
  const [plural, name = null] = isInNamespace ? parts.slice(2) : parts;
  const resource = resources[groupVersion]?.find((one) => one.plural === plural);
  return resource
    ? { collection: { groupVersion, plural: resource.plural, namespace }, resource, name }
    : null;
}

async function answer(
  store: Store,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<Answer | null> {
  const { pathname, searchParams: query } = new URL(request.url ?? '/', 'http://localhost');
  const known = describeServer(pathname);
  if (known) return { status: 200, body: known };
  const path = readPath(pathname);
  if (!path) return failure(404, 'NotFound', `there is nothing at ${pathname}`);
  const { method = 'GET', headers } = request;
  const applies = headers['content-type']?.includes('apply-patch') ?? false;
  const asked = { ...path, method, query, applies, body: await readBody(request) };
  if (!query.has('watch')) return answerObjects(store, asked);
  watchObjects(store, asked, response);
  return null;
}

/**
 * A stand-in for a Kubernetes API server, enough of one for the real helm and kubectl: discovery, objects, watches,
 * server-side apply, strict validation of fields. It has no controllers: what is asked for has come about at once.
 * Nothing runs, no image is fetched, nobody is asked who they are.
 */
export async function startKubernetesStandIn(): Promise<KubernetesStandIn> {
  const store = createStore();
  const namespaces = { groupVersion: 'v1', plural: 'namespaces', namespace: null };
  store.put(namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default' } });
  const server = createServer((request, response) => {
    void answer(store, request, response)
      .catch((error: unknown) => failure(400, 'BadRequest', String(error)))
      .then((result) => {
        if (result === null) return;
        response.writeHead(result.status, { 'content-type': 'application/json' });
        response.end(JSON.stringify(result.body));
      });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`,
    changes: store.changes,
    list: (groupVersion, plural) => store.list({ groupVersion, plural, namespace: null }),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
