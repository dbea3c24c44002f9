import { counter } from '@studymate/runtime';
import type { PlatformDatabase } from '../platform.ts';
import { type LogPosition, readWritten } from './log-position.ts';
import type { Replica, ReplicaMonitor } from './replica-monitor.ts';
import { within } from './within.ts';
import type { WriteMarks } from './write-marks.ts';

/** What one request says of its reads, and is told of them. */
export interface ReadScope {
  /** Whether nothing that it reads decides what is written. */
  readonly mayLag: boolean;
  /** Set when an answer came from a replica: it must not be kept as if it were the last word. */
  lagged: boolean;
}

export interface RoutedRequest {
  readonly viewer: { readonly id: string } | null;
  readonly reads?: ReadScope;
}

export interface RoutingOptions<Client extends PlatformDatabase> {
  readonly domain: string;
  readonly primary: Client;
  readonly monitor: ReplicaMonitor<Client>;
  readonly marks: WriteMarks;
}

type Call = (...inputs: unknown[]) => unknown;
type Members = Readonly<Record<string | symbol, unknown>>;

/** A replica that takes longer than this to answer is left out, and the primary is asked. */
const patienceMs = 1_000;
const absent = 'P2025';

const readsOfModels = new Set([
  'findUnique',
  'findUniqueOrThrow',
  'findFirst',
  'findFirstOrThrow',
  'findMany',
  'count',
  'aggregate',
  'groupBy',
]);
const readingStatement = /^\s*(select|with)\b/i;
const changingStatement =
  /\b(insert\s+into|update\s+"|delete\s+from|for\s+(no\s+key\s+)?(update|(key\s+)?share)|nextval|pg_advisory\w*)\b/i;

const served = counter({
  name: 'database_reads_total',
  help: 'Reads of requests, by who answered.',
  labels: ['domain', 'by'],
});

const isReadingQuery = ([statement]: readonly unknown[]): boolean => {
  const parts = Array.isArray(statement)
    ? statement
    : (statement as { strings?: unknown } | undefined)?.strings;
  const text = Array.isArray(parts) ? parts.join(' ') : '';
  return readingStatement.test(text) && !changingStatement.test(text);
};
const isAbsence = (error: unknown): boolean => (error as { code?: unknown } | null)?.code === absent;
const callOf = (members: Members, name: string | symbol): Call => members[name] as Call;

/** Whom a request reads from: decided once for what was written before it, then for each read by who is well. */
function createRouter<Client extends PlatformDatabase>(
  { domain, monitor, marks }: RoutingOptions<Client>,
  request: RoutedRequest,
) {
  const { viewer, reads } = request;
  let mayLag = reads?.mayLag === true;
  let mark: Promise<LogPosition | null> | undefined;

  const findReplica = async (): Promise<Replica<Client> | null> => {
    if (!mayLag) return null;
    mark ??= viewer ? marks.find(viewer.id) : Promise.resolve(0n);
    const position = await mark;
    return position === null || !mayLag ? null : monitor.choose(position);
  };

  return {
    async read(fromPrimary: () => unknown, fromReplica: (replica: Client) => unknown): Promise<unknown> {
      const replica = await findReplica();
      if (replica) {
        try {
          const answer = await within(patienceMs, Promise.resolve(fromReplica(replica.client)));
          if (reads) reads.lagged = true;
          served.inc({ domain, by: 'replica' });
          return answer;
        } catch (error) {
          if (!isAbsence(error)) monitor.lose(replica, error);
        }
      }
      served.inc({ domain, by: 'primary' });
      return fromPrimary();
    },
    /** From its first write on a request sees the primary only. */
    beginWrite: (): void => {
      mayLag = false;
    },
  };
}

/**
 * The primary's client as one request sees it: reads go to a replica that shows what the viewer wrote, all else to the
 * primary, and each write leaves a mark by which the viewer's next reads find it. A replica that fails costs its
 * read's time, never an error.
 */
export function routeRequest<Client extends PlatformDatabase & object>(
  options: RoutingOptions<Client>,
  request: RoutedRequest,
): Client {
  const { primary, marks } = options;
  const router = createRouter(options, request);

  const write = async (act: () => unknown): Promise<unknown> => {
    router.beginWrite();
    const result = await act();
    if (request.viewer) await marks.note(request.viewer.id, await readWritten(primary));
    return result;
  };
  const routeModel = (name: string, members: Members) =>
    new Proxy(members, {
      get: (target, method) => {
        const call = target[method];
        if (typeof call !== 'function') return call;
        if (!readsOfModels.has(String(method)))
          return (...inputs: unknown[]) => write(() => call.apply(target, inputs));
        return (...inputs: unknown[]) =>
          router.read(
            () => call.apply(target, inputs),
            (replica) => callOf((replica as Members)[name] as Members, method).apply(undefined, inputs),
          );
      },
    });

  return new Proxy(primary, {
    get: (target, name) => {
      const member: unknown = Reflect.get(target, name);
      if (typeof name === 'symbol') return member;
      if (name === '$queryRaw')
        return (...inputs: unknown[]) => {
          const onPrimary = () => callOf(target as Members, name).apply(target, inputs);
          return isReadingQuery(inputs)
            ? router.read(onPrimary, (replica) => callOf(replica as Members, name).apply(replica, inputs))
            : write(onPrimary);
        };
      if (name === '$transaction' || name === '$executeRaw')
        return (...inputs: unknown[]) => write(() => callOf(target as Members, name).apply(target, inputs));
      const isModel = !name.startsWith('$') && !name.startsWith('_');
      return isModel && typeof member === 'object' && member !== null
        ? routeModel(name, member as Members)
        : member;
    },
  });
}
