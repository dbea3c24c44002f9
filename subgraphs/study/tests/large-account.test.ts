import { describe, expect, it } from '@jest/globals';
import type { Viewer } from '@studymate/contracts';
import { explainReads, someViewer } from '@studymate/testkit';
import { defaultSettings } from '../src/review/schedule.ts';
import { accountId, fillAccount } from './large-account.ts';
import { openStudy } from './world.ts';

const isFull = process.env.PROMISES === 'full';
const large = isFull ? { cards: 50_000, reviewsPerCard: 23 } : { cards: 4_000, reviewsPerCard: 8 };
const now = new Date('2026-03-02T12:00:00Z');

/** An account in a database of its own: ids are the same in each. */
async function openAccount(size: { cards: number; reviewsPerCard: number }) {
  const study = await openStudy();
  study.time.now = now;
  const viewer = someViewer({ timeZone: 'UTC' });
  await fillAccount(study.database, {
    userId: viewer.id,
    now,
    decks: 20,
    parameters: defaultSettings.parameters,
    ...size,
  });
  return { study, viewer };
}

const small = await openAccount({ cards: 400, reviewsPerCard: 3 });
const big = await openAccount(large);

const deckId = accountId('dck', 7);
const queue = 'items { position reason retrievability card { id front } } newRemaining reviewDue learningDue';
const lists = [
  `{ reviewQueue { ${queue} } }`,
  `{ reviewQueue(input: { deckId: "${deckId}", limit: 100, order: DUE }) { ${queue} } }`,
  `{ reviewQueue(input: { order: RANDOM_SEEDED, limit: 100 }) { ${queue} } }`,
  `{ subjects(first: 10) { totalCount edges { node { title dueCount progress { completionRate cardsMature } } } } }`,
  `{ _entities(representations: [{ __typename: "Deck", id: "${deckId}" }]) { ... on Deck {
    counts { new due learning } cards(first: 100) { totalCount edges { node { id history(first: 5) { edges { node { id } } } } } }
  } } }`,
];

const ask = ({ study, viewer }: { study: typeof big.study; viewer: Viewer }, query: string) =>
  study.tell(viewer, query);

async function countQueries(account: typeof big, query: string): Promise<number> {
  account.study.sent.count = 0;
  await ask(account, query);
  return account.study.sent.count;
}

describe(`an account of ${large.cards} cards and ${large.cards * large.reviewsPerCard * 0.9} reviews`, () => {
  it('takes as many queries for a page as a small one', async () => {
    for (const query of lists) expect(await countQueries(big, query)).toBe(await countQueries(small, query));
  }, 120_000);

  it('answers pages that are bounded, and whole figures', async () => {
    const answer = await ask(big, lists[0] ?? '');
    expect(answer.items).toHaveLength(50);
    const steps = await big.study.database.card.count({
      where: { state: { in: ['LEARNING', 'RELEARNING'] }, due: { lte: now } },
    });
    expect(answer).toMatchObject({ learningDue: steps });
    expect(answer.reviewDue).toBeGreaterThan(100);
    const [deck] = await ask(big, lists[4] ?? '');
    expect(deck.cards.totalCount).toBe(large.cards / 20);
    expect(deck.cards.edges).toHaveLength(100);
  });

  it('refuses to answer more than a hundred at once', async () => {
    for (const query of [
      '{ reviewQueue(input: { limit: 101 }) { newRemaining } }',
      '{ subjects(first: 101) { totalCount } }',
      `{ _entities(representations: [{ __typename: "Deck", id: "${deckId}" }]) { ... on Deck { cards(first: 101) { totalCount } } } }`,
    ]) {
      const { errors } = await big.study.ask(big.viewer, query);
      expect(errors[0]?.extensions.code).toBe('VALIDATION');
    }
  });

  it('reads neither all cards nor all reviews', async () => {
    const { whole } = await explainReads(big.study.url, async () => {
      for (const query of lists) await ask(big, query);
    });
    expect(whole.filter((scan) => /^(Card|ReviewLog) /.test(scan))).toEqual([]);
  });
});
