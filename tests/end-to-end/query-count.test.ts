import { readFileSync, writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { DashboardDocument, NotificationsDocument } from '@studymate/client';
import { type DocumentNode, print } from 'graphql';
import type { Learner } from '../../scripts/story/learner.ts';
import { someSite, startHouse } from './house.ts';
import { stockLibrary } from './library.ts';
import { makeAuthors, someLearner } from './people.ts';
import { postGraphql } from './raw.ts';
import { listenToDatabases, totalOf } from './statements.ts';

const site = await someSite('queries');
// What is found in a cache is not asked of a database.
const gatewayFile = String(site.environment.GATEWAY_CONFIG);
const gatewayConfig = JSON.parse(readFileSync(gatewayFile, 'utf8'));
writeFileSync(gatewayFile, JSON.stringify({ ...gatewayConfig, caching: false }));
const house = await startHouse(site);
const databases = await listenToDatabases(house);

/** How many of everything there are: for one learner, and for the other. */
const few = 1;
const many = 20;

let lonely: Learner;
let busy: Learner;

beforeAll(async () => {
  lonely = await someLearner(house);
  busy = await someLearner(house);
  await makeAuthors(house, [lonely, busy]);
  await stockLibrary(lonely, few);
  await stockLibrary(busy, many);
}, 150_000);

interface Page {
  readonly name: string;
  readonly query: string;
  readonly variables?: object;
  /** How the items of the page are told in the answer; the nodes of connections unless said otherwise. */
  readonly item?: string;
  /** SQL statements over all databases, as measured; a page may become cheaper, but not dearer. */
  readonly most: number;
}

const printed = (document: DocumentNode) => print(document);

const pages: readonly Page[] = [
  { name: 'the dashboard', query: printed(DashboardDocument), most: 12 },
  { name: 'notifications', query: printed(NotificationsDocument), variables: { first: 50 }, most: 5 },
  {
    name: 'subjects',
    query: `{ subjects(first: 20) { totalCount edges { node {
      title dueCount owner { id displayName } progress { completionRate cardsTotal trend { date } }
      mastery { fraction weakest { id title } }
    } } } }`,
    most: 11,
  },
  {
    name: 'what subjects hold',
    query: `{ subjects(first: 20) { edges { node {
      skills(first: 5) { edges { node { title questionCount prerequisites { id } mastery { level } } } }
      materials(first: 5) { edges { node { title charCount generations(first: 2) { edges { node { state } } } } } }
      decks(first: 5) { edges { node { title preset { id } counts { new } } } }
      sessions(first: 5) { edges { node { status activeSeconds intervals { kind } } } }
      summaries(first: 5) { edges { node { title citations { quote } } } }
      quizzes(first: 5) { edges { node { title } } }
    } } } }`,
    most: 17,
  },
  {
    name: 'quizzes',
    query: `{ quizzes(first: 20) { edges { node {
      title questionCount maxScore subject { id title } createdBy { id displayName }
      startability { canStart attemptsLeft } viewerBestScore { fraction } predictedScore { low }
      viewerAttempts(first: 2) { edges { node { state } } }
    } } } }`,
    most: 7,
  },
  {
    name: 'attempts',
    query: `{ viewer { attempts(first: 20) { edges { node {
      state quiz { id title } score { fraction } progress { answered }
      items { question { prompt skills { id title } } result { score } } masteryChanges { skill { id title } }
    } } } } }`,
    most: 10,
  },
  {
    name: 'generations',
    query: `{ viewer { generations(first: 20) { edges { node {
      kind state cost { credits } material { id title } attempts { provider outcome }
      output { ... on Summary { title body material { title } citations { quote } } }
    } } } } }`,
    most: 5,
  },
  {
    name: 'the review queue',
    query: `{ reviewQueue(input: { limit: 50 }) { items { position reason card {
      front skills { id title } schedule { due stability } history(first: 3) { edges { node { grade } } }
      deck { title subject { title } }
    } } } }`,
    item: '"position":',
    most: 10,
  },
  {
    name: 'recommendations',
    query: `{ viewer { recommendations(first: 20) { edges { node {
      kind score reasons { code text } activity { __typename ... on Quiz { title } ... on Deck { title } ... on Skill { title } ... on Material { title } }
    } } } } }`,
    most: 14,
  },
  {
    name: 'the account',
    query: `{ viewer {
      sessions(first: 20) { edges { node { deviceName current } } } loginHistory(first: 20) { edges { node { id } } }
      credits { balance ledger(first: 50) { edges { node { kind amount reference } } } } entitlements { feature }
      invoices(first: 20) { edges { node { id } } } devices { id } reminders { nextRuns }
    } }`,
    most: 16,
  },
];

describe('the SQL behind a page', () => {
  it.each(pages)('$name: the same statements for 20 as for 1', async ({ query, variables, item, most }) => {
    const ask = async (learner: Learner) => {
      const token = learner.accessToken;
      const answer = await postGraphql(house.places.gateway, { token, query, variables: { ...variables } });
      if (answer.errors.length > 0) throw new Error(answer.text);
      return answer.text.split(item ?? '"node":{').length - 1;
    };
    const [shownToLonely, shownToBusy] = [await ask(lonely), await ask(busy)];
    expect(shownToLonely).toBeGreaterThan(0);
    expect(shownToBusy).toBeGreaterThan(shownToLonely);

    const forFew = await databases.during(() => ask(lonely));
    const forMany = await databases.during(() => ask(busy));
    expect(Object.fromEntries(forMany)).toEqual(Object.fromEntries(forFew));
    expect(totalOf(forMany)).toBeLessThanOrEqual(most);
  });
});
