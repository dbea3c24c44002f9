import type { ServerResponse } from 'node:http';
import { findProblems } from './manifests.ts';
import type { Resource } from './resources.ts';
import { selects } from './selectors.ts';
import type { Change, Collection, KubernetesObject, Store } from './store.ts';

/** A request for objects, its path and body read. */
export interface ObjectRequest {
  readonly method: string;
  readonly collection: Collection;
  readonly resource: Resource;
  readonly name: string | null;
  readonly query: URLSearchParams;
  readonly body: Record<string, unknown>;
  /** Whether a PATCH is a server-side apply, which may also make what is not there. */
  readonly applies: boolean;
}

export interface Answer {
  readonly status: number;
  readonly body: object;
}

const ok = (body: object, status = 200): Answer => ({ status, body });
export const failure = (status: number, reason: string, message: string): Answer => ({
  status,
  body: { kind: 'Status', apiVersion: 'v1', status: 'Failure', reason, message, code: status },
});
const success = ok({ kind: 'Status', apiVersion: 'v1', status: 'Success' });
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** JSON merge patch (RFC 7386). A strategic merge of lists is not done: lists are replaced. */
function merge(target: unknown, patch: unknown): unknown {
  if (!isRecord(patch)) return patch;
  const merged: Record<string, unknown> = isRecord(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key];
    else merged[key] = merge(merged[key], value);
  }
  return merged;
}

/** Strict validation, as an API server does it when asked to by `fieldValidation=Strict`, and types in any case. */
async function refuse(object: KubernetesObject, query: URLSearchParams): Promise<Answer | null> {
  const problems = await findProblems(object, { unknownFields: query.get('fieldValidation') === 'Strict' });
  return problems.length === 0 ? null : failure(422, 'Invalid', problems.join('; '));
}

async function write(store: Store, request: ObjectRequest, object: KubernetesObject): Promise<Answer> {
  const { collection, query, resource } = request;
  const refused = await refuse(
    { ...object, kind: resource.kind, apiVersion: collection.groupVersion },
    query,
  );
  if (refused) return refused;
  const isNew = store.find(collection, object.metadata.name) === undefined;
  return ok(query.has('dryRun') ? object : store.put(collection, object), isNew ? 201 : 200);
}

async function answerForOne(store: Store, request: ObjectRequest, name: string): Promise<Answer> {
  const { method, collection, body } = request;
  const current = store.find(collection, name);
  const missing = failure(404, 'NotFound', `${collection.plural} "${name}" not found`);
  if (method === 'PUT') return write(store, request, body as unknown as KubernetesObject);
  if (method === 'PATCH') {
    if (!current && !request.applies) return missing;
    return write(store, request, merge(current, body) as KubernetesObject);
  }
  if (!current) return missing;
  if (method === 'DELETE') store.remove(collection, name);
  return method === 'DELETE' ? success : ok(current);
}

/** Answers everything but a watch. */
export async function answerObjects(store: Store, request: ObjectRequest): Promise<Answer> {
  const { method, collection, resource, name, query, body } = request;
  if (name !== null) return answerForOne(store, request, name);
  if (method === 'POST') {
    const object = body as unknown as KubernetesObject;
    if (store.find(collection, object.metadata.name))
      return failure(409, 'AlreadyExists', `${collection.plural} "${object.metadata.name}" already exists`);
    return write(store, request, object);
  }
  const items = store.list(collection).filter((object) => selects(query, object));
  if (method === 'DELETE') {
    for (const { metadata } of items) store.remove(collection, metadata.name);
    return success;
  }
  const list = { kind: `${resource.kind}List`, apiVersion: collection.groupVersion };
  return ok({ ...list, metadata: { resourceVersion: store.version() }, items });
}

/** Writes what is there, then every change, until the client goes. */
export function watchObjects(store: Store, request: ObjectRequest, response: ServerResponse): void {
  const { collection, query, resource } = request;
  const write = (event: { readonly type: string; readonly object: object }) =>
    response.write(`${JSON.stringify(event)}\n`);
  response.writeHead(200, { 'content-type': 'application/json' });
  for (const object of store.list(collection).filter((each) => selects(query, each)))
    write({ type: 'ADDED', object });
  if (query.has('sendInitialEvents')) {
    const annotations = { 'k8s.io/initial-events-end': 'true' };
    const metadata = { resourceVersion: store.version(), annotations };
    write({
      type: 'BOOKMARK',
      object: { kind: resource.kind, apiVersion: collection.groupVersion, metadata },
    });
  }
  const stop = store.watch(collection, (change: Change) => {
    if (selects(query, change.object)) write(change);
  });
  response.once('close', stop);
}
