import { anyOfType } from '@studymate/runtime';
import { print } from 'graphql';
import type { OperationResult } from '../execution/execute-operation.ts';
import type { DataObject } from '../execution/gathered.ts';
import type { CompiledOperation, Graph, PreparedOperation } from '../execution/prepared-operation.ts';
import type { RequestScope } from '../execution/scope.ts';
import { digest, ownerOf } from './cache-key.ts';
import { countLookups } from './cache-metrics.ts';
import type { CacheStore, Found } from './cache-store.ts';

export interface AskedOperation {
  readonly graph: Graph;
  readonly prepared: PreparedOperation;
  readonly compiled: CompiledOperation;
  /** Of what the viewer is refused, and of whatever else the plan depends on. */
  readonly circumstances: string;
  readonly variables: DataObject;
  readonly scope: RequestScope;
}

/** Whole answers of queries that subgraphs allowed to keep. Asked after access was decided, never before. */
export interface AnswerCache {
  answer(asked: AskedOperation, run: () => Promise<OperationResult>): Promise<OperationResult>;
}

/** What is known of an operation that was answered with leave to keep the answer. */
interface Learned {
  isPrivate: boolean;
  readonly prefix: string;
  readonly tags: readonly string[];
}

const isComplete = ({ errors, data }: OperationResult): boolean => errors.length === 0 && data != null;

const recalled = ({ text, keptAt, endsAt }: Found, isPrivate: boolean): OperationResult => ({
  data: JSON.parse(text),
  errors: [],
  freshness: { isPrivate, maxAgeSeconds: Math.round((endsAt - keptAt) / 1000) },
  ageSeconds: Math.max(0, Math.floor((Date.now() - keptAt) / 1000)),
});

/** What operations have taught: none is looked up before an answer to it was found to be cacheable. */
function createMemory() {
  const learnedOf = new WeakMap<CompiledOperation, Learned>();
  return {
    get: (compiled: CompiledOperation) => learnedOf.get(compiled),
    learn: ({ graph, prepared, compiled, circumstances }: AskedOperation, result: OperationResult) => {
      const { freshness } = result;
      const learned = learnedOf.get(compiled);
      if (!freshness) {
        if (learned && isComplete(result)) learnedOf.delete(compiled);
      } else if (learned) {
        learned.isPrivate = freshness.isPrivate;
      } else {
        const name = prepared.operation.name?.value ?? '';
        learnedOf.set(compiled, {
          isPrivate: freshness.isPrivate,
          prefix: [graph.hash, circumstances, name, print(prepared.document)].join('\n'),
          tags: [...graph.types.namesSelectedBy(prepared.document)].map(anyOfType),
        });
      }
    },
  };
}

export function createAnswerCache(store: CacheStore, maxAgeSeconds: number): AnswerCache {
  const memory = createMemory();
  const counted = countLookups('answer');
  const flights = new Map<string, Promise<OperationResult>>();

  /** Runs an operation once for all that ask for it now, and keeps what may be kept as the entry says. */
  const runOnce = (
    entry: { key: string; version: string; isPrivate: boolean },
    run: () => Promise<OperationResult>,
  ) => {
    const { key, version, isPrivate } = entry;
    const flight = `${key} ${version}`;
    const underWay = flights.get(flight);
    if (underWay) return { isOwn: false, result: underWay };
    const result = run()
      .then((answer) => {
        const { freshness } = answer;
        if (isComplete(answer) && freshness?.isPrivate === isPrivate) {
          const maxAge = Math.min(maxAgeSeconds, freshness.maxAgeSeconds);
          store.write([{ key, version, text: JSON.stringify(answer.data), maxAgeSeconds: maxAge }]);
        }
        return answer;
      })
      .finally(() => flights.delete(flight));
    flights.set(flight, result);
    return { isOwn: true, result };
  };

  const look = async (
    asked: AskedOperation,
    learned: Learned,
    owner: string,
    run: () => Promise<OperationResult>,
  ) => {
    const { prefix, tags, isPrivate } = learned;
    const key = digest([prefix, JSON.stringify(asked.variables), owner].join('\n'));
    const reading = await store.read([{ key, tags }]);
    if (!reading) return run();
    const [found = null] = reading.found;
    counted(found ? { hits: 1, misses: 0 } : { hits: 0, misses: 1 });
    if (found) return recalled(found, isPrivate);
    const [version = ''] = reading.versions;
    const { isOwn, result } = runOnce({ key, version, isPrivate }, run);
    const answer = await result;
    // What was asked on another's behalf is shared only if it may be.
    return isOwn || (isComplete(answer) && answer.freshness?.isPrivate === isPrivate) ? answer : run();
  };

  return {
    answer: async (asked, run) => {
      const learned = memory.get(asked.compiled);
      const owner = learned && ownerOf(asked.scope, learned.isPrivate);
      const result = learned && owner != null ? await look(asked, learned, owner, run) : await run();
      memory.learn(asked, result);
      return result;
    },
  };
}
