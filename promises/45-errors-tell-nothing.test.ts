import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { withClient } from '@studymate/schema-engine/connection';
import { buildSchema, isObjectType } from 'graphql';
import { eventually } from '../scripts/story/narrator.ts';
import { root } from '../tests/end-to-end/house.ts';
import { signInAs } from '../tests/end-to-end/people.ts';
import { findLeaks } from './leaks.ts';
import { startProductionGateway } from './production-gateway.ts';
import { describeSilence, joinRecordedHouse } from './recorded-house.ts';

const house = await joinRecordedHouse();
const gateway = await startProductionGateway(house);
const token = await signInAs(house, 'LEARNER');
const authorization = `Bearer ${token}`;
const api = buildSchema(readFileSync(join(root, 'schema/api.graphql'), 'utf8'));

interface Told {
  readonly status: number;
  readonly body: string;
  readonly errors: readonly {
    readonly message: string;
    readonly extensions: Readonly<Record<string, string>>;
  }[];
  readonly data: unknown;
}

async function tell(response: Response): Promise<Told> {
  const body = await response.text();
  const { errors = [], data = null } = JSON.parse(body) as Partial<Told>;
  return { status: response.status, body, errors, data };
}

const post = async (query: string, { url = gateway.graphql, ...headers }: Record<string, string> = {}) =>
  tell(
    await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ query }),
    }),
  );
const get = async (query: string) =>
  tell(
    await fetch(`${gateway.graphql}?${new URLSearchParams({ query })}`, {
      headers: { 'apollo-require-preflight': '1' },
    }),
  );

describe('attack 1: the schema', () => {
  const asked = [
    '{ __schema { types { name } } }',
    '{ __type(name: "User") { fields { name } } }',
    '{ a: __schema { b: types { c: name } } }',
    '{ ...F } fragment F on Query { __schema { queryType { name } } }',
    '{ ... on Query { ... { __schema { directives { name } } } } }',
    '{ plans { code } __schema { types { name } } }',
    'query ($v: Boolean = true) { __schema @include(if: $v) { types { name } } }',
  ];
  it.each(asked)('is not told by %s', async (query) => {
    for (const answer of [await post(query), await get(query), await post(query, { authorization })]) {
      expect(answer).toMatchObject({ status: 400, data: null });
    }
  });
});

describe('attack 2: the schema, guessed at', () => {
  it.each([
    ['{ usr { id } }', 'user'],
    ['{ viewer { emial } }', 'email'],
    ['{ viewer { id(of: 1) } }', 'first'],
    ['{ subjcts(first: 1) { edges { node { id } } } }', 'subjects'],
    ['{ subjects(first: 1, aftr: "x") { edges { node { id } } } }', 'after'],
    ['mutation { setGoal(kind: REVIEW, target: 1, period: DAYLY) { __typename } }', 'REVIEWS'],
    ['mutation { setGoal(kind: REVIEWS, target: 1, period: DAYLY) { __typename } }', 'DAILY'],
    ['mutation { registr(input: {}) { __typename } }', 'register'],
    ['mutation { createQuiz(input: { titel: "a" }) { __typename } }', 'tags'],
    ['{ plans { code } ... on Qury { viewer { id } } }', 'Query'],
    ['query ($a: RegisterInputt) { plans { code } }', 'RegisterInput'],
    ['{ plans @includ(if: true) { code } }', 'include'],
  ])('is not completed: %s', async (query, near) => {
    const { status, data, body } = await post(query);
    expect({ status, data }).toEqual({ status: 400, data: null });
    expect(body).not.toMatch(new RegExp(`Did you mean|\\b${near}\\b`));
  });
});

describe('attacks 3 and 5: what only gateways ask', () => {
  it.each([
    '{ _service { sdl } }',
    '{ _entities(representations: []) { __typename } }',
    '{ __typename _service { sdl } }',
  ])('is not answered: %s', async (query) => {
    for (const url of [gateway.graphql, house.places.gateway]) {
      expect(await post(query, { url, authorization })).toMatchObject({ status: 400, data: null });
    }
  });

  it('is not traced', async () => {
    for (const url of [gateway.graphql, house.places.gateway]) {
      const answer = await post('{ plans { code } viewer { id } }', {
        url,
        authorization,
        'apollo-federation-include-trace': 'ftv1',
      });
      expect(answer.status).toBe(200);
      expect(Object.keys(JSON.parse(answer.body))).toEqual(['data']);
    }
  });
});

describe('attack 7: what the schema keeps to itself', () => {
  const supergraph = readFileSync(join(root, 'schema/supergraph.graphql'), 'utf8');

  it('is not in the schema that clients have', () => {
    const hidden = [...supergraph.matchAll(/^ {2}(\w+)[^\n]*@inaccessible/gm)].map(([, name]) => name);
    const shown = Object.values(api.getTypeMap()).flatMap((type) =>
      isObjectType(type) ? Object.keys(type.getFields()) : [],
    );
    expect(hidden.filter((name) => name !== undefined && shown.includes(name))).toEqual([]);
    expect(supergraph).toContain('join__');
    expect(
      Object.keys(api.getTypeMap()).filter((name) =>
        /^(join|link|federation)__|^_(Any|Entity|Service)$/.test(name),
      ),
    ).toEqual([]);
  });
});

describe('the REST face', () => {
  it.each([
    ['POST', '/v1/nowhere', 404],
    ['DELETE', '/v1/sessions', 405],
    ['POST', '/v1/sessions', 400],
  ])('says of %s %s no more than that, in a problem document', async (method, path, status) => {
    const body = method === 'POST' ? '{"email":' : null;
    const response = await fetch(`${gateway.url}${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      body,
    });
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ status, requestId: response.headers.get('x-request-id') });
  });
});

describe('attack 22: a failure inside', () => {
  const server = `postgresql://postgres@127.0.0.1:${house.site.ports.environment.POSTGRES_PORT}/studymate_study`;
  const run = (statement: string) => withClient(server, (client) => client.query(statement));
  const query = '{ subjects(first: 3) { edges { node { id } } } }';

  it('is masked for whoever asked, and told to the operator under the id of the request', async () => {
    expect((await post(query, { authorization })).errors).toEqual([]);
    await run('ALTER TABLE "Subject" RENAME TO "Elsewhere"');
    try {
      for (const url of [gateway.graphql, house.places.gateway]) {
        const { errors, body } = await post(query, { url, authorization });
        expect(errors).toMatchObject([{ message: 'Internal error', extensions: { code: 'INTERNAL' } }]);
        expect(body).not.toMatch(/Subject"|Elsewhere|relation|prisma/i);
        const id = `"request_id":"${errors[0]?.extensions.requestId}"`;
        await eventually('the reason in the log', async () =>
          house
            .readLogs()
            .split('\n')
            .some((line) => line.includes(id) && line.includes('does not exist')),
        );
      }
    } finally {
      await run('ALTER TABLE "Elsewhere" RENAME TO "Subject"');
    }
    expect((await post(query, { authorization })).errors).toEqual([]);
  });
});

describe('what is looked for in all answers', () => {
  const leaky = (body: object, headers: Record<string, string> = {}) =>
    findLeaks({ asked: 'GET /', port: 1, status: 200, headers, body: JSON.stringify(body) });

  it.each([
    'at async Session.find (file:///srv/studymate/subgraphs/auth/src/session.ts:12:7)',
    'connect ECONNREFUSED 10.0.0.7:5432',
    'postgresql://auth:secret@database/auth',
    'relation "Subject" does not exist',
    'Invalid `prisma.subject.findMany()` invocation',
    'cannot open /var/lib/studymate/keys',
    'Apollo Server 5.1.0',
    'Did you mean "email"?',
  ])('is found where it is: %s', (message) => {
    expect(leaky({ errors: [{ message }] })).not.toEqual([]);
    expect(leaky({ type: 'urn:problem:internal', detail: message })).not.toEqual([]);
  });

  it('is not found where there is nothing', () => {
    expect(leaky({}, { 'x-powered-by': 'Express' })).toEqual(['GET / → 200: the header x-powered-by']);
    expect(
      leaky({ data: { upload: 'https://127.0.0.1:4026/a' }, errors: [{ message: 'Not found.' }] }),
    ).toEqual([]);
  });
});

describeSilence(house);
