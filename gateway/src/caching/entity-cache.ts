import { anyOfType, entityTag } from '@studymate/runtime';
import { parse } from 'graphql';
import type { Gathering } from '../execution/fetch-step.ts';
import { type DataObject, isDataObject } from '../execution/gathered.ts';
import type { FetchStep } from '../execution/plan.ts';
import type { RequestScope } from '../execution/scope.ts';
import type { TypeIndex } from '../execution/type-index.ts';
import { digest, ownerOf } from './cache-key.ts';
import { countLookups } from './cache-metrics.ts';
import type { CacheStore, Lookup } from './cache-store.ts';
import type { Freshness } from './freshness.ts';

/** Entities that a fetch would ask for and that were found instead. */
export interface KnownEntities {
  readonly gathering: Gathering;
  /** By the place of the gathering's representations. */
  readonly items: unknown[];
}

/** What a fetch need not ask for, what it still must, and what is to be kept of its answer. */
export interface Recollection {
  readonly known: readonly KnownEntities[];
  /** As the step's lookups, with the representations that are missing. */
  readonly missing: readonly Gathering[];
  /** Of what is known; null when nothing is. */
  readonly freshness: Freshness | null;
  /** Keeps the entities of the answer to what was missing. Before the answer is used: it is changed by that. */
  keep(answer: DataObject, freshness: Freshness): void;
}

export interface EntityFetch {
  readonly step: FetchStep;
  readonly types: TypeIndex;
  readonly gatherings: readonly Gathering[];
  readonly variables: DataObject;
  readonly scope: RequestScope;
}

/** Entities by subgraph, selection and representation, for fetches whose answers subgraphs allowed to keep. */
export interface EntityCache {
  /** Null for a fetch that is not known to be cacheable, and while Redis is away. */
  recall(fetch: EntityFetch): Promise<Recollection | null>;
  /** Remembers whether a subgraph allows to keep what this fetch brings. */
  learn(fetch: Pick<EntityFetch, 'step' | 'types'>, freshness: Freshness | null): void;
}

/** What is known of a fetch that was answered with leave to keep it. */
interface Learned {
  isPrivate: boolean;
  readonly prefix: string;
  /** Tags of what its entities hold beside themselves. */
  readonly within: readonly string[];
}

interface Place extends Lookup {
  readonly gathering: number;
  readonly index: number;
}

const scalarsOf = (representation: DataObject): string[] =>
  Object.entries(representation).flatMap(([name, value]) =>
    name !== '__typename' && (typeof value === 'string' || typeof value === 'number') ? [String(value)] : [],
  );

/** Any scalar of a representation may be the key by which a change is told. */
function tagsOf(text: string): string[] {
  const representation: unknown = JSON.parse(text);
  if (!isDataObject(representation)) return [];
  const typename = String(representation.__typename);
  return ['*', ...scalarsOf(representation)].map((key) => entityTag(typename, key));
}

/** The part of a gathering whose representations are chosen, in the same order. */
function partOf(
  { lookup, places, representations }: Gathering,
  isChosen: (index: number) => boolean,
): Gathering {
  const newIndex = new Map<number, number>();
  const chosen = representations.filter((_, index) => {
    if (!isChosen(index)) return false;
    newIndex.set(index, newIndex.size);
    return true;
  });
  const chosenAt = ({ entities, indexes }: Gathering['places'][number]) => {
    const pairs = entities.flatMap((entity, position) => {
      const index = newIndex.get(indexes[position] ?? -1);
      return index === undefined ? [] : [{ entity, index }];
    });
    return { entities: pairs.map(({ entity }) => entity), indexes: pairs.map(({ index }) => index) };
  };
  return { lookup, representations: chosen, places: places.map(chosenAt) };
}

function placesOf({ gatherings, step, variables }: EntityFetch, learned: Learned, owner: string): Place[] {
  const given = JSON.stringify(step.variables.map((name) => variables[name] ?? null));
  return gatherings.flatMap(({ lookup, representations }, gathering) => {
    const prefix = [learned.prefix, lookup.key, given, owner].join('\n');
    return representations.map((text, index) => ({
      gathering,
      index,
      key: digest(`${prefix}\n${text}`),
      tags: [...tagsOf(text), ...learned.within],
    }));
  });
}

const typenameOf = (text: string): unknown => (JSON.parse(text) as DataObject).__typename;

/**
 * Whether an answer's header can be believed of each of its entities: by Apollo's rule a type without a hint passes
 * unnoticed beside one that has a hint, in one list of entities.
 */
export const isOfOneType = ({ representations }: Gathering): boolean =>
  new Set(representations.map(typenameOf)).size <= 1;

/** What was found of a fetch, by gathering and representation, and what was not. */
interface Outcome {
  readonly found: readonly ReadonlyMap<number, unknown>[];
  readonly asked: readonly (Place & { readonly version: string })[];
  readonly endsAt: number;
}

async function look(
  store: CacheStore,
  gatherings: readonly Gathering[],
  places: readonly Place[],
): Promise<Outcome | null> {
  const reading = await store.read(places);
  if (!reading) return null;
  const found = gatherings.map(() => new Map<number, unknown>());
  const asked: (Place & { version: string })[] = [];
  let endsAt = Number.POSITIVE_INFINITY;
  places.forEach((place, position) => {
    const kept = reading.found[position];
    if (kept) {
      found[place.gathering]?.set(place.index, JSON.parse(kept.text));
      endsAt = Math.min(endsAt, kept.endsAt);
    } else {
      asked.push({ ...place, version: reading.versions[position] ?? '' });
    }
  });
  return { found, asked, endsAt };
}

/** The entities of an answer that were asked for and are there, with the places they were asked for from. */
function entitiesIn(answer: DataObject, missing: readonly Gathering[], { asked }: Outcome) {
  if (!isDataObject(answer.data)) return [];
  const { data } = answer;
  return missing.flatMap((gathering, at) => {
    const items = data[gathering.lookup.key];
    if (!Array.isArray(items) || !isOfOneType(gathering)) return [];
    return asked
      .filter((place) => place.gathering === at)
      .flatMap((place, index) => (isDataObject(items[index]) ? [{ ...place, entity: items[index] }] : []));
  });
}

const knownOf = (gatherings: readonly Gathering[], { found }: Outcome): KnownEntities[] =>
  gatherings.flatMap((gathering, at) => {
    const items = found[at];
    if (!items || items.size === 0) return [];
    return [{ gathering: partOf(gathering, (index) => items.has(index)), items: [...items.values()] }];
  });

/** What fetches have taught: none is looked up before an answer to it was found to be cacheable. */
function createMemory() {
  const learnedOf = new WeakMap<FetchStep, Learned>();
  return {
    get: (step: FetchStep) => learnedOf.get(step),
    learn: ({ step, types }: Pick<EntityFetch, 'step' | 'types'>, freshness: Freshness | null) => {
      const learned = learnedOf.get(step);
      if (!freshness) {
        if (learned) learnedOf.delete(step);
      } else if (learned) {
        learned.isPrivate = freshness.isPrivate;
      } else {
        learnedOf.set(step, {
          isPrivate: freshness.isPrivate,
          prefix: [step.service, step.operation].join('\n'),
          within: [...types.namesSelectedBy(parse(step.operation))].map(anyOfType),
        });
      }
    },
  };
}

export function createEntityCache(store: CacheStore, maxAgeSeconds: number): EntityCache {
  const memory = createMemory();
  const counted = countLookups('entity');

  const recollect = ({ gatherings }: EntityFetch, outcome: Outcome, isPrivate: boolean): Recollection => {
    const missing = gatherings.map((gathering, at) =>
      partOf(gathering, (index) => !outcome.found[at]?.has(index)),
    );
    const known = knownOf(gatherings, outcome);
    const secondsLeft = Math.max(0, Math.floor((outcome.endsAt - Date.now()) / 1000));
    return {
      known,
      missing,
      freshness: known.length > 0 && secondsLeft > 0 ? { isPrivate, maxAgeSeconds: secondsLeft } : null,
      keep: (answer, freshness) => {
        // Looked up as everybody's: what turns out to be a viewer's own belongs under another key.
        if (freshness.isPrivate !== isPrivate) return;
        const maxAge = Math.min(maxAgeSeconds, freshness.maxAgeSeconds);
        store.write(
          entitiesIn(answer, missing, outcome).map(({ key, version, entity }) => ({
            key,
            version,
            text: JSON.stringify(entity),
            maxAgeSeconds: maxAge,
          })),
        );
      },
    };
  };

  return {
    recall: async (fetch) => {
      const learned = memory.get(fetch.step);
      const owner = learned && ownerOf(fetch.scope, learned.isPrivate);
      if (!learned || owner == null) return null;
      const outcome = await look(store, fetch.gatherings, placesOf(fetch, learned, owner));
      if (!outcome) return null;
      counted({ hits: outcome.found.reduce((sum, { size }) => sum + size, 0), misses: outcome.asked.length });
      return recollect(fetch, outcome, learned.isPrivate);
    },
    learn: memory.learn,
  };
}
