import { createHash } from 'node:crypto';
import { type Clock, counter, type Logger } from '@studymate/runtime';
import { type GraphQLInputType, getNamedType, isEnumType, isLeafType, print, typeFromAST } from 'graphql';
import type { DataObject } from '../execution/gathered.ts';
import type { Graph, PreparedOperation } from '../execution/prepared-operation.ts';
import { canonicalText } from '../operations/operation-text.ts';
import type { ClientLabels } from '../plugins/client-labels.ts';
import { addSentInput } from '../schema-checks/usage.ts';
import type { SeenOperation, TrafficStore } from './traffic-store.ts';

export interface Recorder {
  /** Notes that an operation was admitted. Costs a look-up and what its input objects hold. */
  record(graph: Graph, prepared: PreparedOperation, request: RecordedRequest): void;
  /** Writes what was noted last. */
  stop(): Promise<void>;
}

export interface RecordedRequest {
  readonly variables: DataObject;
  readonly client: ClientLabels;
}

export interface RecorderOptions {
  readonly store: TrafficStore;
  /** The share of requests for unregistered operations that is counted; registered ones all are. */
  readonly sample: number;
  readonly isRegistered: (canonical: string) => boolean;
  readonly logger: Logger;
  readonly now: Clock;
}

interface Noted {
  readonly hash: string;
  readonly name: string | null;
  readonly body: string;
  readonly isRegistered: boolean;
  /** Variables whose values are of interest: input objects and enums. */
  readonly inputs: readonly { readonly name: string; readonly type: GraphQLInputType }[];
  readonly sent: Set<string>;
  readonly uses: Map<string, { readonly client: ClientLabels; count: number; lastSeenAt: number }>;
}

const flushMs = 5_000;
/** Different operations noted between two writes; others than registered ones are left out beyond. */
const maxPending = 2_000;

const leftOut = counter({
  name: 'gateway_unrecorded_requests_total',
  help: 'Requests that recorded traffic leaves out, because there were too many different operations at once.',
  labels: [],
});

const isTelling = (type: GraphQLInputType): boolean => {
  const named = getNamedType(type);
  return isEnumType(named) || !isLeafType(named);
};

function note(
  { schema }: Graph,
  prepared: PreparedOperation,
  isRegistered: RecorderOptions['isRegistered'],
): Noted {
  const body = print(prepared.document);
  return {
    hash: createHash('sha256').update(body).digest('hex'),
    name: prepared.operation.name?.value ?? null,
    body,
    isRegistered: isRegistered(canonicalText(body) ?? body),
    inputs: (prepared.operation.variableDefinitions ?? []).flatMap(({ variable, type }) => {
      const input = typeFromAST(schema, type) as GraphQLInputType | undefined;
      return input && isTelling(input) ? [{ name: variable.name.value, type: input }] : [];
    }),
    sent: new Set(),
    uses: new Map(),
  };
}

const toSeen = ({ hash, name, body, sent, uses }: Noted): SeenOperation => ({
  hash,
  name,
  body,
  sent: [...sent],
  uses: [...uses.values()].map(({ client, count, lastSeenAt }) => ({
    client: client.client,
    version: client.client_version,
    count: Math.max(1, Math.round(count)),
    lastSeenAt: new Date(lastSeenAt).toISOString(),
  })),
});

/** Counts operations in memory and writes them together, every five seconds, off the way of requests. */
export function createRecorder({ store, sample, isRegistered, logger, now }: RecorderOptions): Recorder {
  const notes = new WeakMap<PreparedOperation, Noted>();
  let pending = new Set<Noted>();
  let wasReachable = true;

  const flush = async () => {
    if (pending.size === 0) return;
    const written = pending;
    pending = new Set();
    const seen = [...written].map(toSeen);
    for (const { uses } of written) uses.clear();
    try {
      await store.write(seen);
      wasReachable = true;
    } catch (error) {
      if (wasReachable) logger.warn({ reason: String(error) }, 'traffic is not recorded while Redis is away');
      wasReachable = false;
      leftOut.inc(
        {},
        seen.reduce((total, { uses }) => total + uses.reduce((sum, { count }) => sum + count, 0), 0),
      );
    }
  };
  const timer = setInterval(() => void flush(), flushMs);
  timer.unref();

  return {
    record: (graph, prepared, { variables, client }) => {
      let noted = notes.get(prepared);
      if (!noted) {
        noted = note(graph, prepared, isRegistered);
        notes.set(prepared, noted);
      }
      for (const { name, type } of noted.inputs) addSentInput(variables[name], type, noted.sent);
      if (!noted.isRegistered) {
        if (sample < 1 && Math.random() >= sample) return;
        if (pending.size >= maxPending && !pending.has(noted)) {
          leftOut.inc({});
          return;
        }
      }
      pending.add(noted);
      const key = `${client.client}\t${client.client_version}`;
      const use = noted.uses.get(key) ?? { client, count: 0, lastSeenAt: 0 };
      use.count += noted.isRegistered ? 1 : 1 / sample;
      use.lastSeenAt = now().getTime();
      noted.uses.set(key, use);
    },
    stop: async () => {
      clearInterval(timer);
      await flush();
      store.stop();
    },
  };
}
