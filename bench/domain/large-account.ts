import { newRowId } from '@studymate/contracts';
import { connectStudy } from '@studymate/database/study';
import { default_w } from 'ts-fsrs';
import { accountId, fillAccount } from '../../subgraphs/study/tests/large-account.ts';
import type { Learner } from './learner.ts';
import type { RunningStudy } from './surroundings.ts';

const now = new Date('2026-03-02T12:00:00Z');
const at = now.toISOString();
const rounds = 30;

/** What is asked of the account, each of it bounded. */
const questions: readonly { readonly name: string; readonly query: string; readonly variables?: object }[] = [
  {
    name: 'reviewQueue, 50 of everything',
    query: '{ reviewQueue { items { card { id front } reason retrievability } reviewDue backlogDays } }',
  },
  {
    name: 'reviewQueue of a deck',
    query: `query ($deck: ID!) { reviewQueue(input: { deckId: $deck, order: DUE }) { items { card { id } reason } } }`,
    variables: { deck: accountId('dck', 7) },
  },
  {
    name: 'submitReview with the next card',
    query: `mutation ($card: ID!, $key: String!) {
      submitReview(input: { cardId: $card, grade: GOOD, clientReviewId: $key }) {
        ... on SubmitReviewSuccess { card { schedule { due } } nextInQueue { id } streak { current } }
        ... on UserError { code }
      }
    }`,
    variables: { card: accountId('crd', 7) },
  },
  {
    name: '10 subjects with progress and due count',
    query:
      '{ subjects(first: 10) { totalCount edges { node { title dueCount progress { completionRate trend { date } } } } } }',
  },
  {
    name: '100 cards of a deck with 10 reviews each',
    query: `query ($decks: [_Any!]!) { _entities(representations: $decks) { ... on Deck {
      cards(first: 100) { totalCount edges { node { front history(first: 10) { edges { node { grade } } } } } }
    } } }`,
    variables: { decks: [{ __typename: 'Deck', id: accountId('dck', 7) }] },
  },
  {
    name: 'a year of statistics, streak and activity',
    query: `query ($users: [_Any!]!) { _entities(representations: $users) { ... on User {
      studyStats(period: YEAR) { reviews trueRetention bestHourLocal } streak { current longest }
      activity(from: "2025-03-03", to: "2026-03-02") { reviews }
    } } }`,
  },
];

export interface AccountFigure {
  readonly name: string;
  /** Milliseconds of processor time for each question, of the subgraph and of PostgreSQL. */
  readonly subgraphMs: number;
  readonly postgresMs: number;
  readonly bytes: number;
}

async function measure(
  study: RunningStudy,
  learner: Learner,
  question: (typeof questions)[number],
): Promise<AccountFigure> {
  const users = [{ __typename: 'User', id: learner.id, timeZone: 'UTC', dayStartMinutes: 240 }];
  const ask = () =>
    learner.ask(question.query, { variables: { users, key: newRowId(), ...question.variables }, at });
  for (let round = 0; round < 5; round += 1) await ask();
  const before = await study.readProcessorTime();
  let bytes = 0;
  for (let round = 0; round < rounds; round += 1) bytes = JSON.stringify(await ask()).length;
  const after = await study.readProcessorTime();
  return {
    name: question.name,
    subgraphMs: ((after.subgraph - before.subgraph) * 1000) / rounds,
    postgresMs: ((after.postgres - before.postgres) * 1000) / rounds,
    bytes,
  };
}

/** Fills one account with so many cards and reviews, and measures what the API's pages of it cost. */
export async function measureLargeAccount(study: RunningStudy, size: { cards: number; reviews: number }) {
  const learner = study.someLearner();
  const database = connectStudy(study.databaseUrl);
  const reviewsPerCard = Math.ceil(size.reviews / (size.cards * 0.9));
  await fillAccount(database, {
    userId: learner.id,
    now,
    decks: 20,
    cards: size.cards,
    reviewsPerCard,
    parameters: default_w,
  });
  const counted = { cards: await database.card.count(), reviews: await database.reviewLog.count() };
  await database.$disconnect();
  const figures: AccountFigure[] = [];
  for (const question of questions) figures.push(await measure(study, learner, question));
  return { ...counted, figures };
}
