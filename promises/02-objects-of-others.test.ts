import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { newId, typenameOf } from '@studymate/contracts';
import { buildSchema, getNamedType, isLeafType, isObjectType, isRequiredArgument } from 'graphql';
import type { Learner } from '../scripts/story/learner.ts';
import { root } from '../tests/end-to-end/house.ts';
import { makeAuthors, someLearner } from '../tests/end-to-end/people.ts';
import { postGraphql, type RawAnswer } from '../tests/end-to-end/raw.ts';
import { collectPossessions, type Possessions } from './possessions.ts';
import { describeSilence, joinRecordedHouse } from './recorded-house.ts';
import { changes, notFound, operationOf, readings } from './trials.ts';

const house = await joinRecordedHouse();
const api = buildSchema(readFileSync(join(root, 'schema/api.graphql'), 'utf8'));
const now = new Date();

let mina: Learner;
let possessions: Possessions;
let nodes: readonly { readonly id: string; readonly typename: string }[];
let stranger: Learner;
let strangersSubject: string;

const ask = (learner: Learner | null, query: string, variables: object = {}, at?: Date): Promise<RawAnswer> =>
  postGraphql(house.places.gateway, {
    token: learner?.accessToken ?? null,
    query,
    variables: { ...variables },
    ...(at && { at }),
  });

beforeAll(async () => {
  mina = await someLearner(house);
  stranger = await someLearner(house);
  await makeAuthors(house, [mina, stranger]);
  possessions = await collectPossessions(house, mina);
  nodes = possessions.all.flatMap((id) => {
    const typename = typenameOf(id);
    return typename === null ? [] : [{ id, typename }];
  });
  const create = 'mutation { createSubject(title: "Own", idempotencyKey: "own") { ... on Subject { id } } }';
  const { createSubject } = (await ask(stranger, create)).data as { createSubject: { id: string } };
  strangersSubject = createSubject.id;
}, 120_000);

/** The fields of a type that need no selection and no argument. */
function leavesOf(typename: string): string {
  const type = api.getType(typename);
  if (!isObjectType(type)) throw new Error(`${typename} is no object type.`);
  return Object.values(type.getFields())
    .filter(({ type: of, args }) => isLeafType(getNamedType(of)) && !args.some(isRequiredArgument))
    .map(({ name }) => name)
    .join(' ');
}

const nodeQuery = (typename: string) =>
  `query ($id: ID!) { node(id: $id) { __typename ... on ${typename} { ${leavesOf(typename)} } } }`;

/** Everything she owns, as she sees it at one instant. */
const inventory = () =>
  Promise.all(
    nodes.map(async ({ id, typename }) => (await ask(mina, nodeQuery(typename), { id }, now)).data),
  );

/** An id of the same type that nobody has. */
function unusedId(id: string): string {
  const typename = typenameOf(id);
  return typename === null ? randomUUID() : newId(typename);
}

/** Asks with the id and with one that does not exist: both answers must be the same to the byte. */
async function askTwice(learner: Learner | null, query: string, id: string): Promise<RawAnswer> {
  const [foreign, absent] = await Promise.all(
    [id, unusedId(id)].map(async (each) => {
      const answer = await ask(learner, query, { own: strangersSubject, key: randomUUID(), id: each });
      return { ...answer, text: answer.text.replaceAll(each, 'ID') };
    }),
  );
  if (!foreign || !absent) throw new Error('Two questions have two answers.');
  expect(foreign.text).toBe(absent.text);
  expect(foreign.status).toBe(absent.status);
  return foreign;
}

function idOf(typename: string): string {
  const id = possessions.byType[typename];
  if (!id) throw new Error(`She has no ${typename}.`);
  return id;
}

describe('what is hers', () => {
  it('she sees, whatever its type', async () => {
    const types = new Set(nodes.map(({ typename }) => typename));
    expect(types.size).toBeGreaterThanOrEqual(24);
    const seen = await inventory();
    const unseen = nodes.filter((_node, index) => !seen[index]?.node);
    expect(unseen).toEqual([]);
  }, 60_000);

  it.each([
    ['a stranger', 'FORBIDDEN'],
    ['nobody', 'UNAUTHENTICATED'],
  ])(
    'is not shown to %s by node(id)',
    async (who, code) => {
      const learner = who === 'nobody' ? null : stranger;
      for (const { id, typename } of nodes) {
        const answer = await askTwice(learner, nodeQuery(typename), id);
        expect({ typename, data: answer.data }).toEqual({ typename, data: { node: null } });
        for (const { extensions } of answer.errors) expect(extensions?.code).toBe(code);
      }
    },
    120_000,
  );

  it.each(readings)('is not shown by $name', async (trial) => {
    const query = operationOf('query', trial);
    expect((await askTwice(stranger, query, idOf(trial.takes))).data).toEqual({ answer: trial.gets });

    const anonymous = await askTwice(null, query, idOf(trial.takes));
    expect(anonymous.data?.answer ?? null).toBeNull();
    expect(anonymous.errors[0]?.extensions?.code).toBe('UNAUTHENTICATED');
  });

  it('is not in any list of the stranger', async () => {
    const page = 'edges { node { id } }';
    const lists = `{
      subjects(first: 100) { ${page} } quizzes(first: 100) { ${page} } nextActivities(limit: 20) { id }
      reviewQueue { items { card { id } } }
      viewer {
        id subjects { ${page} } attempts { ${page} } generations { ${page} } goals { id } sessions { ${page} }
        loginHistory { ${page} } notifications { ${page} } devices { id } reminders { id } invoices { ${page} }
        recommendations { ${page} } credits { ledger { ${page} } } subscription { id }
      }
    }`;
    const own = await ask(mina, lists);
    const others = await ask(stranger, lists);
    expect([...own.errors, ...others.errors]).toEqual([]);
    expect(possessions.all.filter((id) => own.text.includes(id)).length).toBeGreaterThan(10);
    expect(possessions.all.filter((id) => others.text.includes(id))).toEqual([]);
  });

  it('is not shown to other accounts by user(id)', async () => {
    const query = 'query ($id: ID!) { user(id: $id) { id displayName email } }';
    const answer = await askTwice(stranger, query, idOf('User'));
    expect(answer.data?.user ?? null).toBeNull();
    expect(answer.errors[0]?.extensions?.code).toBe('FORBIDDEN');
  });

  it('stays as it is, whatever a stranger sends', async () => {
    const before = await inventory();
    for (const trial of changes) {
      const { data } = await askTwice(stranger, operationOf('mutation', trial), idOf(trial.takes));
      const gets = trial.gets === notFound ? expect.objectContaining(notFound) : trial.gets;
      expect({ [trial.name]: data?.answer }).toEqual({ [trial.name]: gets });
    }
    const unregister = 'mutation ($id: ID!) { unregisterDevice(id: $id) { unreadCount } }';
    const { errors } = await askTwice(stranger, unregister, idOf('DeviceToken'));
    expect(errors[0]?.extensions?.code).toBe('NOT_FOUND');
    expect(await inventory()).toEqual(before);
  }, 120_000);
});

describe('somebody without an account', () => {
  it('sees the plans, and no viewer', async () => {
    const { data, errors } = await ask(null, '{ viewer { id } plans { code } }');
    expect(errors).toEqual([]);
    expect(data?.viewer).toBeNull();
    expect(data?.plans).not.toEqual([]);
  });
});

describeSilence(house);
