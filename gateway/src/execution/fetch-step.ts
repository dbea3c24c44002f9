import type { EntityFetch, Recollection } from '../caching/entity-cache.ts';
import type { ExecutionCaching } from '../caching/execution-caching.ts';
import { type ExecutionError, UpstreamUnavailable } from './execution-error.ts';
import { describeLostFetch, type EntityPaths, keysFetchedBy, readSubgraphErrors } from './fetch-errors.ts';
import { copyOf, type DataObject, isDataObject, markAbsent, mergeInto } from './gathered.ts';
import type { EntityLookup, FetchStep } from './plan.ts';
import { compileRepresentationText } from './representations.ts';
import { applyRewrites } from './rewrites.ts';
import type { RequestScope } from './scope.ts';
import { listTargets, type ResponsePath, visitTargets } from './targets.ts';
import type { TypeIndex } from './type-index.ts';

export interface SubgraphRequest {
  readonly service: string;
  readonly kind: 'query' | 'mutation' | 'subscription';
  /** The JSON text of the GraphQL request. */
  readonly body: string;
  readonly scope: RequestScope;
  readonly operationName: string | null;
}

/** Sends one GraphQL request to a subgraph. Rejects with UpstreamUnavailable when there is no sensible answer. */
export type SendToSubgraph = (request: SubgraphRequest) => Promise<DataObject>;

/** One operation on its way through the plan. */
export interface Execution {
  readonly data: DataObject;
  readonly errors: ExecutionError[];
  readonly variables: DataObject;
  readonly scope: RequestScope;
  readonly send: SendToSubgraph;
  /** Subgraphs that already kept this request waiting in vain: not asked again within it. */
  readonly unresponsive: Set<string>;
  /** Null: nothing is kept of what is fetched, and nobody asks how long it might be. */
  readonly caching: ExecutionCaching | null;
}

export type RunStep = (execution: Execution) => Promise<void>;

/** The entities of one lookup, for each place the lookup answers, with the representation each was given. */
export interface Gathering {
  readonly lookup: EntityLookup;
  readonly places: readonly {
    readonly entities: readonly DataObject[];
    readonly indexes: readonly number[];
  }[];
  readonly representations: readonly string[];
}

type Gather = (data: DataObject) => Gathering;

function compileGathering(lookup: EntityLookup, types: TypeIndex): Gather {
  const represent = compileRepresentationText(lookup, types);
  return (data) => {
    const indexOf = new Map<string, number>();
    const representations: string[] = [];
    const places = lookup.paths.map((path) => {
      const entities: DataObject[] = [];
      const indexes: number[] = [];
      for (const entity of listTargets(data, path, types)) {
        const text = represent(entity);
        if (text === null) continue;
        let index = indexOf.get(text);
        if (index === undefined) {
          index = representations.push(text) - 1;
          indexOf.set(text, index);
        }
        entities.push(entity);
        indexes.push(index);
      }
      return { entities, indexes };
    });
    return { lookup, places, representations };
  };
}

/** Where each representation's entities are, found again only when an error has to be placed. */
function locate(data: DataObject, gatherings: readonly Gathering[], types: TypeIndex): EntityPaths {
  const located = new Map<string, ResponsePath[][]>();
  for (const { lookup, places, representations } of gatherings) {
    const paths: ResponsePath[][] = representations.map(() => []);
    places.forEach(({ entities, indexes }, place) => {
      const indexOf = new Map(entities.map((entity, position) => [entity, indexes[position]]));
      visitTargets(data, lookup.paths[place] ?? [], {
        types,
        visit: (object, path) => {
          const index = indexOf.get(object);
          if (index !== undefined) paths[index]?.push([...path]);
        },
      });
    });
    located.set(lookup.key, paths);
  }
  return located;
}

function mergeEntities({ lookup, places }: Gathering, answer: unknown, types: TypeIndex): void {
  if (!Array.isArray(answer)) return;
  for (const item of answer) applyRewrites(item, lookup.outputRewrites, types);
  places.forEach(({ entities, indexes }, place) => {
    // Places of one lookup may go on to want different things of the same entity: only the first keeps the
    // answer itself. Within a place everything selected is the same, so sharing is safe.
    const items = place === 0 ? answer : copyOf(answer);
    if (!Array.isArray(items)) return;
    entities.forEach((entity, position) => {
      const item: unknown = items[indexes[position] ?? -1];
      if (isDataObject(item)) mergeInto(entity, item);
      else if (item === null) markAbsent(entity);
    });
  });
}

function variablesText(names: readonly string[], variables: DataObject): string[] {
  return names
    .filter((name) => variables[name] !== undefined)
    .map((name) => `${JSON.stringify(name)}:${JSON.stringify(variables[name])}`);
}

const hasNothing = (gatherings: readonly Gathering[]): boolean =>
  gatherings.every(({ representations }) => representations.length === 0);

interface Cached {
  readonly caching: ExecutionCaching;
  readonly fetch: EntityFetch;
  readonly recollection: Recollection | null;
}

function compileMerge(step: FetchStep, types: TypeIndex) {
  return (execution: Execution, answer: DataObject, gatherings: readonly Gathering[]): void => {
    if (Array.isArray(answer.errors) && answer.errors.length > 0) {
      const paths = locate(execution.data, gatherings, types);
      execution.errors.push(...readSubgraphErrors(answer.errors, step.service, paths));
    }
    const { data } = answer;
    if (!isDataObject(data)) return;
    if (gatherings.length > 0) {
      for (const gathering of gatherings) mergeEntities(gathering, data[gathering.lookup.key], types);
      return;
    }
    applyRewrites(data, step.outputRewrites, types);
    for (const target of listTargets(execution.data, step.path, types)) mergeInto(target, data);
  };
}

const nothing = Promise.resolve();

/** Turns a fetch of the plan into a function that asks the subgraph and merges its answer. */
export function compileFetch(step: FetchStep, types: TypeIndex): RunStep {
  const head = `{"query":${JSON.stringify(step.operation)}${
    step.operationName === null ? '' : `,"operationName":${JSON.stringify(step.operationName)}`
  },"variables":{`;
  const gathers = step.lookups.map((lookup) => compileGathering(lookup, types));
  const merge = compileMerge(step, types);
  let keys: ReadonlyMap<string, readonly string[]> | undefined;

  const bodyOf = (execution: Execution, gatherings: readonly Gathering[]): string => {
    const parts = variablesText(step.variables, execution.variables);
    for (const { lookup, representations } of gatherings) {
      parts.push(`${JSON.stringify(lookup.variable)}:[${representations.join(',')}]`);
    }
    return `${head}${parts.join(',')}}}`;
  };

  const fetchAnswer = async (
    execution: Execution,
    gatherings: readonly Gathering[],
    cached: Cached | null,
  ) => {
    try {
      if (execution.unresponsive.has(step.service)) throw new UpstreamUnavailable(step.service, 'timeout');
      const answer = await execution.send({
        service: step.service,
        kind: step.operationKind,
        body: bodyOf(execution, gatherings),
        scope: execution.scope,
        operationName: step.operationName,
      });
      cached?.caching.answered({ ...cached.fetch, gatherings }, answer, cached.recollection);
      merge(execution, answer, gatherings);
    } catch (error) {
      if (!(error instanceof UpstreamUnavailable)) throw error;
      if (error.reason === 'timeout') execution.unresponsive.add(step.service);
      cached?.caching.join(null);
      keys ??= keysFetchedBy(step);
      execution.errors.push(...describeLostFetch(error, keys, locate(execution.data, gatherings, types)));
    }
  };

  const fetchByCache = async (
    execution: Execution,
    gatherings: readonly Gathering[],
    caching: ExecutionCaching,
  ): Promise<void> => {
    const { variables, scope } = execution;
    const fetch = { step, types, gatherings, variables, scope };
    const recollection = await caching.recall(fetch);
    const cached: Cached = { caching, fetch, recollection };
    if (!recollection) return fetchAnswer(execution, gatherings, cached);
    const { known, missing, freshness } = recollection;
    if (known.length > 0) caching.join(freshness);
    for (const { gathering, items } of known) mergeEntities(gathering, items, types);
    if (!hasNothing(missing)) await fetchAnswer(execution, missing, cached);
  };

  return (execution) => {
    const gatherings = gathers.map((gather) => gather(execution.data));
    if (gatherings.length > 0 && hasNothing(gatherings)) return nothing;
    const { caching } = execution;
    return caching ? fetchByCache(execution, gatherings, caching) : fetchAnswer(execution, gatherings, null);
  };
}
