import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { publicEntities, publicFields, typenameOf } from '@studymate/contracts';
import { buildSchema, isObjectType } from 'graphql';
import type { Learner } from '../scripts/story/learner.ts';
import { root } from '../tests/end-to-end/house.ts';
import { someLearner } from '../tests/end-to-end/people.ts';
import { postGraphql, type RawAnswer } from '../tests/end-to-end/raw.ts';
import { listMinimalOperations, type MinimalOperation } from './minimal-operations.ts';
import { collectPossessions } from './possessions.ts';
import { describeSilence, isFull, joinRecordedHouse } from './recorded-house.ts';
import { sendOverWire } from './wire.ts';

const house = await joinRecordedHouse();
const api = buildSchema(readFileSync(join(root, 'schema/api.graphql'), 'utf8'));
const refusals = new Set(['UNAUTHENTICATED', 'FORBIDDEN']);
/** On the public list, and null for whoever may not see what is there. */
const guardedWithin = new Set(['Query.viewer', 'Query.node', 'Query.nodes']);

let mina: Learner;
let expired: string;
let operations: readonly MinimalOperation[];

const isPublic = ({ root: entry, field }: MinimalOperation): boolean =>
  (publicFields.includes(entry) && !guardedWithin.has(entry)) ||
  publicEntities.includes(field.split('.')[0] ?? '');

async function signIn(at?: Date): Promise<string> {
  const query = `mutation ($email: String!, $password: String!) {
    signIn(email: $email, password: $password) { ... on AuthTokens { accessToken } }
  }`;
  const { email, password } = mina;
  const { data } = await postGraphql(house.places.gateway, {
    token: null,
    query,
    variables: { email, password },
    ...(at && { at }),
  });
  const { accessToken = '' } = (data?.signIn ?? {}) as { accessToken?: string };
  return accessToken;
}

let serial = 0;
/** Each request comes from an address of its own: how many one address may send is another promise. */
async function ask(query: string, token: string | null): Promise<RawAnswer> {
  serial += 1;
  const { status, body } = await sendOverWire(house.recorder, {
    url: house.places.gateway,
    headers: {
      'x-forwarded-for': `198.18.${serial >> 8}.${serial & 255}`,
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify({ query }),
  });
  const { data = null, errors = [] } = JSON.parse(body) as Partial<RawAnswer>;
  return { status, text: body, data, errors };
}

/** Whether an answer holds anything but null, at any depth. An id that was asked by is no news when it comes back. */
function tells(value: unknown, query: string): boolean {
  if (Array.isArray(value)) return value.some((item) => tells(item, query));
  if (typeof value === 'object' && value !== null)
    return Object.values(value).some((item) => tells(item, query));
  if (typeof value === 'string' && query.includes(`id: "${value}"`)) return false;
  return value !== null && value !== undefined;
}

/** Asks for every one, eight at a time, and answers those of which `isWrong` speaks. */
async function findWrong(
  asked: readonly MinimalOperation[],
  token: string | null,
  describeWrong: (answer: RawAnswer, operation: MinimalOperation) => string | null,
): Promise<string[]> {
  const wrong: string[] = [];
  const queue = [...asked];
  const work = async () => {
    for (let next = queue.pop(); next; next = queue.pop()) {
      const problem = describeWrong(await ask(next.query, token), next);
      if (problem !== null) wrong.push(`${next.field}: ${problem}`);
    }
  };
  await Promise.all(Array.from({ length: 8 }, work));
  return wrong;
}

beforeAll(async () => {
  mina = await someLearner(house);
  const { all } = await collectPossessions(house, mina);
  await ask('mutation { requestDataExport { __typename } }', mina.accessToken);
  expired = await signIn(new Date(Date.now() - 3_600_000));
  const nodes = all.flatMap((id) => {
    const typename = typenameOf(id);
    return typename === null ? [] : [[typename, id] as const];
  });
  operations = listMinimalOperations(api, Object.fromEntries(nodes));
}, 180_000);

describe('every field of the supergraph', () => {
  it('is asked for by an operation of its own', () => {
    const fields = Object.values(api.getTypeMap()).flatMap((type) =>
      isObjectType(type) && !type.name.startsWith('__')
        ? Object.keys(type.getFields()).map((name) => `${type.name}.${name}`)
        : [],
    );
    const reached = new Set(operations.map(({ field }) => field));
    const subscriptions = fields.filter((name) => name.startsWith('Subscription.'));
    expect(fields.filter((name) => !reached.has(name))).toEqual(subscriptions);
    expect(reached.size).toBeGreaterThan(900);
  });

  it('that is not on the public list gives nothing to who is not signed in, and says why', async () => {
    const guarded = operations.filter((operation) => !isPublic(operation));
    expect(guarded.length).toBeGreaterThan(800);
    const wrong = await findWrong(guarded, null, ({ data, errors, text }, { root: entry, query }) => {
      if (tells(data, query)) return text;
      if (errors.length === 0) return guardedWithin.has(entry) ? null : text;
      return errors.every(({ extensions }) => refusals.has(extensions?.code ?? '')) ? null : text;
    });
    expect(wrong).toEqual([]);
  }, 180_000);

  it('gives nothing at all to a token that has expired', async () => {
    const asked = isFull ? operations : operations.filter((_operation, index) => index % 7 === 0);
    const wrong = await findWrong(asked, expired, ({ status, data, errors, text }) =>
      status === 401 && data === null && errors[0]?.extensions?.code === 'UNAUTHENTICATED' ? null : text,
    );
    expect(wrong).toEqual([]);
  }, 180_000);

  it('can be seen by its owner, so that the others do not go without by accident', async () => {
    const token = await signIn();
    const nodes = operations.filter(
      ({ root: entry }, index) => entry === 'Query.node' && (isFull || index % 5 === 0),
    );
    const unseen = await findWrong(nodes, token, ({ data, text }, { query }) =>
      tells(data, query) ? null : text,
    );
    // Types of which she has none, and optional fields, are not seen.
    expect(unseen.length).toBeLessThan(nodes.length * 0.5);
  }, 180_000);
});

describe('somebody whose address is not verified', () => {
  it('has no account to sign in to', async () => {
    const register = `mutation { register(input: {
      email: "unverified@example.com", password: "paper boats drift slowly", displayName: "Nobody", locale: "en", timeZone: "UTC"
    }) { __typename } }`;
    expect((await ask(register, null)).text).toContain('RegistrationAccepted');
    const signedIn = await ask(
      'mutation { signIn(email: "unverified@example.com", password: "paper boats drift slowly") { __typename } }',
      null,
    );
    expect(signedIn.data).toEqual({ signIn: { __typename: 'InvalidCredentialsError' } });
  });
});

describe('attack 6: one protected field, however it is asked for', () => {
  it.each([
    ['by itself', '{ viewer { email } }'],
    ['through an interface', '{ node(id: "ID") { ... on User { email } } }'],
    ['through a list of an interface', '{ nodes(ids: ["ID"]) { id ... on User { email } } }'],
    ['in a named fragment', '{ node(id: "ID") { ...U } } fragment U on User { email }'],
    [
      'in fragments of fragments',
      '{ node(id: "ID") { ...A } } fragment A on Node { ...B } fragment B on User { ... { email } }',
    ],
    ['under an alias', '{ node(id: "ID") { ... on User { displayName: email } } }'],
    [
      'with @include',
      'query ($v: Boolean = true) { node(id: "ID") { ... on User { email @include(if: $v) } } }',
    ],
    ['with @skip', 'query ($v: Boolean = false) { node(id: "ID") { ... on User @skip(if: $v) { email } } }'],
    ['beside what is public', '{ plans { code } node(id: "ID") { ... on User { email } } }'],
    ['twice, once in vain', '{ a: node(id: "ID") { id } b: node(id: "ID") { ... on User { email } } }'],
  ])('is kept %s', async (_how, template) => {
    const { data } = await ask('{ viewer { id } }', mina.accessToken);
    const { id } = (data?.viewer ?? {}) as { id: string };
    const query = template.replaceAll('ID', id);
    const own = await ask(query, mina.accessToken);
    expect(own.text).toContain(mina.email);
    const answer = await ask(query, null);
    expect(answer.text).not.toContain(mina.email);
    expect(answer.errors.map(({ extensions }) => extensions?.code)).toContain('UNAUTHENTICATED');
  });
});

describeSilence(house);
