/** One step into the data gathered so far. */
export type PathSegment =
  | { readonly kind: 'field'; readonly key: string }
  | { readonly kind: 'list' }
  | { readonly kind: 'type'; readonly names: readonly string[] };

/** A selection over an entity from which its representation is written. */
export type RequiredSelection =
  | {
      readonly kind: 'field';
      /** Key under which the gathered data holds the value. */
      readonly from: string;
      /** Key under which the subgraph expects it. */
      readonly to: string;
      readonly selections: readonly RequiredSelection[] | null;
    }
  | {
      readonly kind: 'fragment';
      readonly typeCondition: string | null;
      readonly selections: readonly RequiredSelection[];
    };

/** A correction of data on its way into or out of a subgraph. */
export type Rewrite =
  | {
      readonly kind: 'set';
      readonly path: readonly PathSegment[];
      readonly key: string;
      readonly value: unknown;
    }
  | {
      readonly kind: 'rename';
      readonly path: readonly PathSegment[];
      readonly key: string;
      readonly to: string;
    };

/** Entities that one `_entities` field of a fetch resolves. */
export interface EntityLookup {
  /** Response key of the `_entities` field. */
  readonly key: string;
  readonly variable: string;
  readonly paths: readonly (readonly PathSegment[])[];
  readonly requires: readonly RequiredSelection[];
  readonly inputRewrites: readonly Rewrite[];
  readonly outputRewrites: readonly Rewrite[];
}

export interface FetchStep {
  readonly kind: 'fetch';
  readonly service: string;
  readonly operation: string;
  readonly operationName: string | null;
  readonly operationKind: 'query' | 'mutation' | 'subscription';
  readonly variables: readonly string[];
  /** Where the answer of a fetch without entities is merged. */
  readonly path: readonly PathSegment[];
  readonly lookups: readonly EntityLookup[];
  readonly outputRewrites: readonly Rewrite[];
}

export type PlanStep =
  | FetchStep
  | { readonly kind: 'sequence'; readonly steps: readonly PlanStep[] }
  | { readonly kind: 'parallel'; readonly steps: readonly PlanStep[] }
  | {
      readonly kind: 'condition';
      readonly variable: string;
      readonly whenTrue: PlanStep | null;
      readonly whenFalse: PlanStep | null;
    };

/** How an operation is answered by subgraphs, whichever planner drew it up. */
export interface Plan {
  /** Null when no subgraph is needed. */
  readonly root: PlanStep | null;
  /** Present for a subscription: the fetch that yields events; `root` then joins the rest to each. */
  readonly subscription: FetchStep | null;
}

export interface PlanRequest {
  /** The operation and its fragments as text; holds exactly one operation. */
  readonly source: string;
  readonly operationName: string | null;
  /** Labels of progressive overrides that are active. */
  readonly overrides: ReadonlySet<string>;
}

/** Draws up plans against one supergraph. Throws a GraphQLError when the operation cannot be planned. */
export interface Planner {
  readonly name: string;
  plan(request: PlanRequest): Plan;
}

/** Every fetch of the plan, in no particular order. */
export function listFetches(step: PlanStep | null): FetchStep[] {
  if (!step) return [];
  switch (step.kind) {
    case 'fetch':
      return [step];
    case 'condition':
      return [...listFetches(step.whenTrue), ...listFetches(step.whenFalse)];
    default:
      return step.steps.flatMap(listFetches);
  }
}
