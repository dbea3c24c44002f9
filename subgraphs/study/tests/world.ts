import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from '@jest/globals';
import type { Viewer } from '@studymate/contracts';
import { connectStudy } from '@studymate/database/study';
import { createFsStore } from '@studymate/storage';
import { asker, countQueries, follower, liveChanges, someKey, testDatabase } from '@studymate/testkit';
import { createContext } from '../src/context.ts';
import { createPageFetcher, type PageFetcher } from '../src/material/fetch/page-fetcher.ts';
import { schema } from '../src/schema.ts';

const hourMs = 3_600_000;

/** The study subgraph in process: a fresh database, an object store and a clock that the test sets. */
export async function openStudy({ fetchPage = createPageFetcher() }: { fetchPage?: PageFetcher } = {}) {
  const directory = mkdtempSync(join(tmpdir(), 'study-'));
  const postgres = await testDatabase('study');
  const database = connectStudy(postgres.url);
  const { client: counted, sent } = countQueries(database);
  const objects = createFsStore({ directory, baseUrl: 'http://127.0.0.1:1', secret: 'for tests' });
  const time = { now: new Date('2026-03-02T03:00:00Z') };
  afterAll(async () => {
    await database.$disconnect();
    rmSync(directory, { recursive: true });
  });

  const live = liveChanges();
  const contextOf = (viewer: Viewer | null) =>
    createContext({
      database: counted,
      resources: { objects, fetchPage },
      viewer,
      now: () => new Date(time.now),
      ...live,
    });
  const ask = asker(schema, contextOf);

  /** The field's answer; fails the test when there is an error. */
  async function tell(viewer: Viewer | null, query: string, variables: Record<string, unknown> = {}) {
    const { data, errors } = await ask(viewer, query, variables);
    if (errors.length > 0) throw new Error(JSON.stringify(errors));
    const [answer] = Object.values(data);
    return answer;
  }

  return {
    database,
    url: postgres.url,
    objects,
    sent,
    time,
    contextOf,
    ask,
    tell,
    follow: follower(schema, contextOf),
    pass: (hours: number) => {
      time.now = new Date(time.now.getTime() + hours * hourMs);
    },
    /** What the viewer's `User` entity says, as the gateway would ask for it. */
    tellUser: async (viewer: Viewer, selection: string, asker: Viewer | null = viewer) => {
      const { id, timeZone, dayStartMinutes } = viewer;
      const query = `query ($user: [_Any!]!) { _entities(representations: $user) { ... on User { ${selection} } } }`;
      const [user] = await tell(asker, query, {
        user: [{ __typename: 'User', id, timeZone, dayStartMinutes }],
      });
      return user;
    },
    /** What the entity of that type and id says to a viewer. */
    tellEntity: async (
      viewer: Viewer | null,
      [typename, id]: readonly [string, string],
      selection = 'id',
    ) => {
      const query = `query ($entity: [_Any!]!) { _entities(representations: $entity) { ... on ${typename} { ${selection} } } }`;
      const [entity] = await tell(viewer, query, { entity: [{ __typename: typename, id }] });
      return entity;
    },
    someSubject: (viewer: Viewer, title = 'Biology') =>
      tell(
        viewer,
        `mutation ($title: String!, $key: String!) {
          createSubject(title: $title, idempotencyKey: $key) { ... on Subject { id title version } }
        }`,
        { title, key: someKey() },
      ),
    someDeck: (viewer: Viewer, subjectId: string, presetId: string | null = null) =>
      tell(
        viewer,
        `mutation ($subjectId: ID!, $presetId: ID, $key: String!) {
          createDeck(subjectId: $subjectId, title: "Cells", presetId: $presetId, idempotencyKey: $key) {
            ... on Deck { id preset { id version } }
          }
        }`,
        { subjectId, presetId, key: someKey() },
      ),
    someCards: async (viewer: Viewer, deckId: string, count = 1) => {
      const cards = Array.from({ length: count }, (_, index) => ({
        front: `Question ${index}`,
        back: 'Answer',
      }));
      const made = await tell(
        viewer,
        `mutation ($deckId: ID!, $cards: [CardInput!]!, $key: String!) {
          createCards(deckId: $deckId, cards: $cards, idempotencyKey: $key) {
            ... on CardsCreated { cards { id } } ... on UserError { code message path }
          }
        }`,
        { deckId, cards, key: someKey() },
      );
      const ids: string[] = made.cards.map(({ id }: { id: string }) => id);
      return ids;
    },
  };
}

export type Study = Awaited<ReturnType<typeof openStudy>>;
