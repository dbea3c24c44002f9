import { describe, expect, it } from '@jest/globals';
import { type FragmentDefinitionNode, Kind, type OperationDefinitionNode, parse } from 'graphql';
import { createCostIndex } from './cost-index.ts';
import { estimateCost } from './estimate-cost.ts';

const supergraph = (link: string, cost: string, listSize: string) =>
  parse(`
    schema @link(url: "https://specs.apollo.dev/link/v1.0") ${link} { query: Query }
    type Query {
      one: Item
      items: [Item!]!
      few: [Item] ${listSize}(assumedSize: 3)
      some(first: Int = 5, last: Int): [Item] ${listSize}(slicingArguments: ["first", "last"])
      page(first: Int): Page! ${listSize}(slicingArguments: ["first"], sizedFields: ["edges"])
      dear: Int ${cost}(weight: 7)
    }
    type Mutation { add: Item }
    type Page { edges: [Edge!]! total: Int }
    type Edge { node: Item }
    type Item { id: ID! name: String kind: Kind items(first: Int = 2): [Item] ${listSize}(slicingArguments: ["first"]) heavy: Heavy }
    type Heavy ${cost}(weight: 5) { id: ID }
    enum Kind { A }
  `);

const plain = createCostIndex(
  supergraph(
    '@link(url: "https://specs.apollo.dev/cost/v0.1", import: ["@cost", "@listSize"])',
    '@cost',
    '@listSize',
  ),
);
const renamed = createCostIndex(
  supergraph(
    '@link(url: "https://specs.apollo.dev/cost/v0.1", import: [{ name: "@cost", as: "@price" }, { name: "@listSize", as: "@length" }])',
    '@price',
    '@length',
  ),
);

function costOf(source: string, variables: Record<string, unknown> = {}, index = plain): number {
  const { definitions } = parse(source);
  const isOperation = (node: { kind: string }): node is OperationDefinitionNode =>
    node.kind === Kind.OPERATION_DEFINITION;
  const isFragment = (node: { kind: string }): node is FragmentDefinitionNode =>
    node.kind === Kind.FRAGMENT_DEFINITION;
  const operation = definitions.find(isOperation);
  if (!operation) throw new Error('No operation.');
  const fragments = new Map(definitions.filter(isFragment).map((node) => [node.name.value, node]));
  const root = operation.operation === 'mutation' ? 'Mutation' : 'Query';
  return estimateCost(operation, root, { index, fragments, variables, listSize: 10 });
}

describe('the estimated cost', () => {
  it.each([
    ['{ one { id name kind } }', 1],
    ['{ a: one { id } b: one { id } }', 2],
    ['{ items { id } }', 10],
    ['{ few { id } }', 3],
    ['{ some { id } }', 5],
    ['{ some(first: 2) { id } }', 2],
    ['{ some(first: 2, last: 4) { id } }', 4],
    ['{ page(first: 4) { total edges { node { id } } } }', 1 + 4 * 2],
    ['{ dear }', 7],
    ['{ one { heavy { id } } }', 6],
    ['{ some(first: 3) { items(first: 4) { id } } }', 3 * (1 + 4)],
    ['{ one @skip(if: true) { id } }', 0],
    ['{ ...f } fragment f on Query { one { id } }', 1],
    ['{ __typename __schema { types { name } } }', 0],
    ['mutation { add { id } }', 11],
    ['{ some(first: -5) { id } }', 0],
  ])('of %s is %i', (source, cost) => {
    expect(costOf(source)).toBe(cost);
  });

  it('follows variables', () => {
    const source =
      'query ($n: Int, $with: Boolean!) { some(first: $n) { id } one @include(if: $with) { id } }';
    expect(costOf(source, { n: 50, with: true })).toBe(51);
    expect(costOf(source, { with: false })).toBe(5);
  });

  it('reads directives by the names they have', () => {
    expect(costOf('{ dear few { id } }', {}, renamed)).toBe(10);
  });

  it('takes no time over fragments that multiply', () => {
    const fragments = Array.from(
      { length: 30 },
      (_, level) =>
        `fragment f${level} on Item { a: items { ...f${level + 1} } b: items { ...f${level + 1} } }`,
    );
    const startedAt = performance.now();
    expect(costOf(`{ one { ...f0 } } ${fragments.join(' ')} fragment f30 on Item { id }`)).toBeGreaterThan(
      1e9,
    );
    expect(performance.now() - startedAt).toBeLessThan(100);
  });
});
