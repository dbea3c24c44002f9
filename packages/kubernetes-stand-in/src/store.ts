import { randomUUID } from 'node:crypto';

export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly generation?: number;
    readonly [field: string]: unknown;
  };
  readonly spec?: Readonly<Record<string, unknown>>;
  readonly status?: unknown;
}

/** Which objects: those of a kind in a namespace; of a kind that has none, or in all of them, without it. */
export interface Collection {
  readonly groupVersion: string;
  readonly plural: string;
  readonly namespace: string | null;
}

export interface Change {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: KubernetesObject;
}

const now = () => new Date().toISOString();

/** The part of the controllers: whatever is asked for has come about at once. */
function statusOf({ kind, spec }: KubernetesObject, generation: number): unknown {
  const replicas = Number(spec?.replicas ?? 1);
  if (kind === 'Deployment') {
    const all = { replicas, updatedReplicas: replicas, readyReplicas: replicas, availableReplicas: replicas };
    return { observedGeneration: generation, ...all, conditions: [{ type: 'Available', status: 'True' }] };
  }
  if (kind === 'Job')
    return { succeeded: 1, completionTime: now(), conditions: [{ type: 'Complete', status: 'True' }] };
  if (kind === 'Pod') return { phase: 'Succeeded', conditions: [{ type: 'Ready', status: 'True' }] };
  if (kind === 'PersistentVolumeClaim') return { phase: 'Bound' };
  if (kind === 'Ingress') return { loadBalancer: { ingress: [{ ip: '192.0.2.1' }] } };
  return undefined;
}

const prefixOf = ({ groupVersion, plural, namespace }: Collection) =>
  namespace === null ? `${groupVersion}|${plural}|` : `${groupVersion}|${plural}|${namespace}|`;
const keyOf = (collection: Collection, name: string) =>
  `${prefixOf({ ...collection, namespace: collection.namespace ?? '' })}${name}`;

/** The objects of a cluster, and word of their changes. */
export function createStore() {
  const objects = new Map<string, KubernetesObject>();
  const listeners = new Set<(key: string, change: Change) => void>();
  const changes: string[] = [];
  let version = 0;
  const tell = (key: string, plural: string, change: Change) => {
    changes.push(`${change.type} ${plural}/${change.object.metadata.name}`);
    for (const listener of listeners) listener(key, change);
  };

  return {
    /** What was done, in order, as `ADDED deployments/studymate-gateway`. */
    changes,
    version: () => `${version}`,
    find: (collection: Collection, name: string) => objects.get(keyOf(collection, name)),
    list: (collection: Collection) =>
      [...objects].flatMap(([key, object]) => (key.startsWith(prefixOf(collection)) ? [object] : [])),
    put: (collection: Collection, object: KubernetesObject): KubernetesObject => {
      const key = keyOf(collection, object.metadata.name);
      const former = objects.get(key);
      const generation = (former?.metadata.generation ?? 0) + 1;
      const status = statusOf(object, generation);
      const stored = {
        ...object,
        metadata: {
          ...object.metadata,
          ...(collection.namespace === null ? {} : { namespace: collection.namespace }),
          uid: former?.metadata.uid ?? randomUUID(),
          creationTimestamp: former?.metadata.creationTimestamp ?? now(),
          resourceVersion: `${++version}`,
          generation,
        },
        ...(status === undefined ? {} : { status }),
      };
      objects.set(key, stored);
      tell(key, collection.plural, { type: former ? 'MODIFIED' : 'ADDED', object: stored });
      return stored;
    },
    remove: (collection: Collection, name: string): boolean => {
      const key = keyOf(collection, name);
      const object = objects.get(key);
      if (!object) return false;
      objects.delete(key);
      tell(key, collection.plural, { type: 'DELETED', object });
      return true;
    },
    /** Hears every change in the collection from now on; answers how to stop. */
    watch: (collection: Collection, listener: (change: Change) => void) => {
      const own = (key: string, change: Change) => {
        if (key.startsWith(prefixOf(collection))) listener(change);
      };
      listeners.add(own);
      return () => void listeners.delete(own);
    },
  };
}

export type Store = ReturnType<typeof createStore>;
