import { randomUUID } from 'node:crypto';
import { beforeEach, expect, it } from '@jest/globals';
import { joinSharedHouse } from './shared-house.ts';

const house = await joinSharedHouse();
const login = house.logins.find(({ role }) => role.toUpperCase() === 'LEARNER') ?? house.logins[0];

// biome-ignore lint/suspicious/noExplicitAny: answers of any shape, asserted on
type Answer = any;

const send = (path: string, body: object, headers: Record<string, string> = {}) =>
  fetch(`${house.urls.gateway}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });

let bearer: { readonly authorization: string };

beforeEach(async () => {
  const answer = await send('/v1/sessions', { email: login?.email, password: login?.password });
  const { accessToken }: Answer = await answer.json();
  bearer = { authorization: `Bearer ${accessToken}` };
});

const ask = async (query: string, variables: object = {}): Promise<Answer> =>
  (await send('/graphql', { query, variables }, bearer)).json();

/** Follows a subscription over server-sent events; answers the results one by one. */
async function follow(query: string, variables: object) {
  const headers = { ...bearer, accept: 'text/event-stream' };
  const response = await send('/graphql', { query, variables }, headers);
  const reader = response.body?.getReader();
  const decoder = new TextDecoder();
  let text = '';
  const next = async (): Promise<Answer> => {
    for (;;) {
      const event = /event: next\ndata: (.*)\n\n/.exec(text);
      if (event) {
        text = text.slice(event.index + event[0].length);
        return JSON.parse(event[1] ?? '');
      }
      const { done, value } = (await reader?.read()) ?? { done: true, value: undefined };
      if (done) throw new Error(`The stream ended: ${text}`);
      text += decoder.decode(value, { stream: true });
    }
  };
  return { next, leave: () => reader?.cancel() };
}

it('tells of a study session as it changes, with what another subgraph knows of its learner', async () => {
  const subject = await ask(
    'mutation ($key: String!) { createSubject(title: "Live", idempotencyKey: $key) { ... on Subject { id } } }',
    { key: randomUUID() },
  );
  const started = await ask(
    'mutation ($input: StartSessionInput!) { startStudySession(input: $input) { ... on StudySession { id } } }',
    { input: { subjectId: subject.data.createSubject.id, idempotencyKey: randomUUID() } },
  );
  const { id } = started.data.startStudySession;
  const followed = await follow(
    'subscription ($id: ID!) { studySessionUpdated(id: $id) { status user { email } } }',
    { id },
  );
  const user = { email: login?.email };
  expect(await followed.next()).toEqual({ data: { studySessionUpdated: { status: 'ACTIVE', user } } });

  await ask('mutation ($id: ID!) { pauseStudySession(id: $id) { __typename } }', { id });
  expect(await followed.next()).toEqual({ data: { studySessionUpdated: { status: 'PAUSED', user } } });
  await followed.leave();
  await ask('mutation ($id: ID!) { finishStudySession(id: $id) { __typename } }', { id });
});

it('stops telling within 5 s of signing out', async () => {
  const followed = await follow('subscription { unreadCountChanged }', {});
  expect((await followed.next()).data.unreadCountChanged).toEqual(expect.any(Number));

  await ask('mutation { signOut { __typename } }');
  const startedAt = performance.now();
  expect((await followed.next()).errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
  expect(performance.now() - startedAt).toBeLessThan(5_000);
  await expect(followed.next()).rejects.toThrow('The stream ended');
});
