import { createHash } from 'node:crypto';
import { type DocumentNode, Kind, visit } from 'graphql';
import type { RequestScope } from './scope.ts';

/** The labels of a supergraph's progressive overrides (`@override(from:, label:)`). */
export interface OverrideLabels {
  /** `percent(n)` labels with their n, the smallest first. */
  readonly percentages: readonly { readonly label: string; readonly percent: number }[];
  /** Labels of the operator's own, in order. */
  readonly named: readonly string[];
}

/** The labels that are active for one request: requests with the same key may share a plan. */
export interface ActiveOverrides {
  readonly key: string;
  readonly labels: ReadonlySet<string>;
}

export const noOverrides: ActiveOverrides = { key: '', labels: new Set() };

const percentLabel = /^percent\((\d+(?:\.\d+)?)\)$/;

/** Reads `@join__field(overrideLabel:)` of a composed supergraph. */
export function readOverrideLabels(supergraph: DocumentNode): OverrideLabels {
  const labels = new Set<string>();
  visit(supergraph, {
    Directive: ({ name, arguments: given }) => {
      if (name.value !== 'join__field') return;
      const label = given?.find((argument) => argument.name.value === 'overrideLabel')?.value;
      if (label?.kind === Kind.STRING) labels.add(label.value);
    },
  });
  const all = [...labels].toSorted();
  return {
    percentages: all
      .flatMap((label) => {
        const [, percent] = percentLabel.exec(label) ?? [];
        return percent === undefined ? [] : [{ label, percent: Number(percent) }];
      })
      .toSorted((one, other) => one.percent - other.percent),
    named: all.filter((label) => !percentLabel.test(label)),
  };
}

const wholeRange = 2 ** 32;

/** Where a caller stands between 0 and 100: the same for every request, in every gateway, until who asks changes. */
const standingOf = ({ viewer, ipAddress }: RequestScope): number =>
  (createHash('sha256')
    .update(viewer?.id ?? ipAddress)
    .digest()
    .readUInt32BE() /
    wholeRange) *
  100;

/**
 * Decides the labels for a request. A caller has one standing for all `percent(n)`: raising n only ever adds
 * callers, nobody goes back and forth between subgraphs, and n labels lead to n + 1 plans, not 2ⁿ.
 */
export function activeOverrides(labels: OverrideLabels, scope: RequestScope): ActiveOverrides {
  const { percentages, named } = labels;
  if (percentages.length === 0 && named.length === 0) return noOverrides;
  const standing = percentages.length === 0 ? 0 : standingOf(scope);
  const active = [
    ...percentages.flatMap(({ label, percent }) => (standing < percent ? label : [])),
    ...named.filter((label) => scope.overrideLabels.includes(label)),
  ];
  return active.length === 0 ? noOverrides : { key: `|${active.join('|')}`, labels: new Set(active) };
}

/** A standing at which exactly the active ones of a supergraph's percentages hold, for planners that take one. */
export const standingFor = (percentages: readonly number[], active: ReadonlySet<string>): number => {
  const reached = new Set(
    [...active].flatMap((label) => {
      const [, percent] = percentLabel.exec(label) ?? [];
      return percent === undefined ? [] : Number(percent);
    }),
  );
  return Math.max(0, ...percentages.filter((percent) => !reached.has(percent)));
};
