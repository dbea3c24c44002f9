import { describe, expect, it } from '@jest/globals';
import { type Attack, asking, attack, expectRefused, printTimings, target } from './target.ts';

printTimings();

const times = (count: number, text: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => text(index)).join(' ');

const nested = (levels: number): string =>
  `{ me { ${'friends { '.repeat(levels)} id ${'} '.repeat(levels)} } }`;

const doubling = (levels: number): string =>
  `{ me { ...f0 } } ${times(levels, (level) => `fragment f${level} on User { a: friends { ...f${level + 1} } b: friends { ...f${level + 1} } }`)} fragment f${levels} on User { id }`;

const spreading = (levels: number): string =>
  `{ me { ...f0 } } ${times(levels, (level) => `fragment f${level} on User { ...f${level + 1} ...f${level + 1} }`)} fragment f${levels} on User { id }`;

const friendsOf = (size: string) => `{ friends(first: ${size}) { id } }`;
const withSize = (n: string): Attack => ({
  body: `{"query":"query ($n: Int) { friends(first: $n) { id } }","variables":{"n":${n}}}`,
});
const ids = Array.from(
  { length: 10_000 },
  (_, index) => `0190a1b2-c3d4-7e5f-8a9b-${String(index).padStart(12, '0')}`,
);

const tooComplex: [string, Attack][] = [
  ...[14, 50, 101, 1_000].map((count): [string, Attack] => [
    `${count} aliased sign-ins`,
    asking(
      `mutation { ${times(count, (index) => `a${index}: signIn(email: "a@b.c", password: "${index}")`)} }`,
    ),
  ]),
  [
    'sign-ins in fragments',
    asking(
      'mutation { ...f a: signOut ...g } fragment f on Mutation { b: signIn(email: "", password: "1") } fragment g on Mutation { c: signIn(email: "", password: "2") }',
    ),
  ],
  ...[50, 200, 500].map((levels): [string, Attack] => [`depth ${levels}`, asking(nested(levels))]),
  ['depth that leaves no stack', asking('{ me '.repeat(100_000))],
  ['10,000 unknown directives', asking(`{ me { id ${times(10_000, (index) => `@x${index}`)} } }`)],
  ['10,000 @include directives', asking(`{ me { id ${'@include(if: true) '.repeat(10_000)} } }`)],
  ['50,000 fields of one name', asking(`{ me { ${'id '.repeat(50_000)} } }`)],
  ['2,000 fields of one name', asking(`{ me { ${'id '.repeat(2_000)} } }`)],
  ['400,000 tokens', asking(`{ me { ${'x '.repeat(400_000)} } }`)],
  ...[8, 12, 16, 24, 60].map((levels): [string, Attack] => [
    `fragments that double ${levels} times`,
    asking(doubling(levels)),
  ]),
  ['spreads that double 26 times', asking(spreading(26))],
  ...[100, 1_000, 5_000].map((count): [string, Attack] => [
    `${count} inline fragments on one object`,
    asking(`{ me { ${'... on User { id } '.repeat(count)} } }`),
  ]),
  [
    'lists of 100 three deep',
    asking('{ friends(first: 100) { friends(first: 100) { friends(first: 100) { id } } } }'),
  ],
  ['10,000 ids in the text', asking(`{ nodes(ids: ${JSON.stringify(ids)}) { id } }`)],
];

const badInput: [string, Attack][] = [
  ...['1000000', '101', '-1', '2147483647'].flatMap((size): [string, Attack][] => [
    [`first: ${size} in the text`, asking(friendsOf(size))],
    [`first: ${size} as a variable`, withSize(size)],
  ]),
  ...['1e400', '2147483648', '99999999999999999999', '1.5', '"5"', '[5]'].map((size): [string, Attack] => [
    `first: ${size} as a variable`,
    withSize(size),
  ]),
  ['first: NaN as a variable', withSize('NaN')],
  ['last: 101', asking('{ friends(last: 101) { id } }')],
  ['a nested first: 101', asking('{ me { ... on User { friends(first: 101) { id } } } }')],
  ['a default of 101', asking('query ($n: Int = 101) { friends(first: $n) { id } }')],
  [
    '10,000 ids as a variable',
    asking('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { variables: { ids } }),
  ],
];

const invalid: [string, Attack][] = [
  ['40 unknown directives', asking(`{ me { id ${times(40, (index) => `@x${index}`)} } }`)],
  ['30 unknown fields', asking(`{ me { ${times(30, (index) => `unknown${index}`)} } }`)],
  [
    'fragments in a circle',
    asking('{ me { ...f } } fragment f on User { ...g } fragment g on User { ...f }'),
  ],
  ...['NaN', '1e400', '2147483648'].map((size): [string, Attack] => [
    `first: ${size} in the text`,
    asking(friendsOf(size)),
  ]),
];

describe('an operation that asks too much', () => {
  it.each(tooComplex)('is refused before it costs: %s', async (name, given) => {
    expectRefused(await attack(name, given), 400, 'OPERATION_TOO_COMPLEX');
  });

  it.each(badInput)('is refused as bad input: %s', async (name, given) => {
    expectRefused(await attack(name, given), 400, 'BAD_USER_INPUT');
  });

  it.each(invalid)('is refused as invalid, in few words: %s', async (name, given) => {
    expectRefused(await attack(name, given), 400, 'GRAPHQL_VALIDATION_FAILED');
  });

  it.each([
    ['two without a name', asking('{ me { id } } { me { name } }')],
    ['a name that is not there', asking('query A { me { id } }', { operationName: 'B' })],
    ['no name for one of two', asking('query A { me { id } } query B { me { id } }')],
    ['only a fragment', asking('fragment f on User { id }')],
    ['nothing', asking('')],
    ['no text', { body: '{}' }],
    ['a JSON array of 20', { body: JSON.stringify(Array(20).fill({ query: '{ me { id } }' })) }],
    ['a JSON array of 1', { body: JSON.stringify([{ query: '{ me { id } }' }]) }],
    ['no object', { body: '"query"' }],
  ])('is refused when it is unclear which: %s', async (name, given) => {
    const outcome = await attack(name, given);
    expect(outcome).toMatchObject({ status: 400, isJson: true, fetches: 0 });
    expect(outcome.codes.every((code) => typeof code === 'string')).toBe(true);
  });

  it('is measured again for each caller, though it was answered before', async () => {
    const query = '{ friends(first: 3) { id } }';
    expect((await target.ask(query)).status).toBe(200);
    expectRefused(await attack('known text, other size', withSize('1000000')), 400, 'BAD_USER_INPUT');
    expect((await target.ask(query)).status).toBe(200);
  });
});

describe('an operation that asks as much as is allowed', () => {
  it.each([
    ['depth 10', asking(nested(8).replaceAll('friends', 'friends(first: 1)'))],
    ['first: 100', asking(friendsOf('100'))],
    ['first: 0', asking(friendsOf('0'))],
    ['first: null', withSize('null')],
    ['one sign-in', asking('mutation { signIn(email: "a@b.c", password: "x") }')],
    ['24 fields at the root', asking(`{ ${times(24, (index) => `a${index}: me { id }`)} }`)],
    ['50 inline fragments', asking(`{ me { ${'... on User { id } '.repeat(50)} } }`)],
  ])('is answered: %s', async (name, given) => {
    expect(await attack(name, given)).toMatchObject({ status: 200, codes: [], fetches: 1 });
  });
});
