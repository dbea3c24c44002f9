import { describe, expect, it } from '@jest/globals';
import type { Viewer } from '@studymate/contracts';
import type { Card, ReviewLog } from '@studymate/database/study';
import { startOfStudyDay, studyDay } from '@studymate/runtime';
import { someKey, someViewer } from '@studymate/testkit';
import { openStudy } from '../../tests/world.ts';
import { orderQueue, type ReviewOrder, reviewOrders } from './queue.ts';
import { retrievability } from './schedule.ts';

const study = await openStudy();
const { tell } = study;

const read = (viewer: Viewer, input: Record<string, unknown>) =>
  tell(
    viewer,
    `query ($input: ReviewQueueInput!) { reviewQueue(input: $input) {
      items { position reason retrievability card { id } } newRemaining learningDue reviewDue backlogDays estimatedSeconds generatedAt
    } }`,
    { input },
  );

async function someLearner() {
  const viewer = someViewer({ timeZone: 'America/New_York' });
  const subject = await study.someSubject(viewer);
  const preset = await tell(
    viewer,
    'mutation ($input: PresetInput!) { savePreset(input: $input) { ... on SchedulerPreset { id } } }',
    { input: { name: 'Few', desiredRetention: 0.9, newPerDay: 3, reviewsPerDay: 6 } },
  );
  const deck = await study.someDeck(viewer, subject.id, preset.id);
  return { viewer, subjectId: String(subject.id), deckId: String(deck.id) };
}

const makePairs = (viewer: Viewer, deckId: string, count: number) =>
  tell(
    viewer,
    'mutation ($deckId: ID!, $cards: [CardInput!]!, $key: String!) { createCards(deckId: $deckId, cards: $cards, idempotencyKey: $key) { ... on CardsCreated { cards { id } } } }',
    {
      deckId,
      key: someKey(),
      cards: Array.from({ length: count }, (_, index) => ({
        kind: 'REVERSED',
        front: `f${index}`,
        back: `b${index}`,
      })),
    },
  );

/** The queue by its definition, from whole rows: no index, no limit pushed down. */
function bruteForce(cards: readonly Card[], log: readonly ReviewLog[], at: Date): string[] {
  const today = studyDay(at, 'America/New_York', 240);
  const byId = new Map(cards.map((card) => [card.id, card]));
  const seen = log.filter((row) => row.studyDay === today).map(({ cardId }) => cardId);
  const done = (state: string) =>
    log.filter((row) => row.studyDay === today && row.stateBefore === state).length;
  const shown = new Set<string>();
  const siblingSeen = (card: Card) =>
    seen.some((id) => id !== card.id && byId.get(id)?.noteId === card.noteId) || shown.has(card.noteId);
  const show = (list: readonly Card[], limit: number): string[] => {
    const taken: string[] = [];
    for (const card of list) {
      if (taken.length >= limit || siblingSeen(card)) continue;
      shown.add(card.noteId);
      taken.push(card.id);
    }
    return taken;
  };
  const usable = cards.filter(({ suspended }) => !suspended);
  const due = usable.filter((card) => card.due !== null && card.due <= at);
  const byDue = (one: Card, two: Card) => Number(one.due) - Number(two.due) || (one.id < two.id ? -1 : 1);
  const steps = due.filter(({ state }) => state === 'LEARNING' || state === 'RELEARNING').toSorted(byDue);
  for (const { noteId } of steps) shown.add(noteId);
  return [
    ...steps.map(({ id }) => id),
    ...show(due.filter(({ state }) => state === 'REVIEW').toSorted(byDue), Math.max(0, 6 - done('REVIEW'))),
    ...show(
      usable.filter(({ state }) => state === 'NEW').toSorted((one, two) => (one.id < two.id ? -1 : 1)),
      Math.max(0, 3 - done('NEW')),
    ),
  ];
}

/** The queue by `orderQueue` over whole rows, in any order. */
function bySpecification(
  cards: readonly Card[],
  log: readonly ReviewLog[],
  at: Date,
  order: ReviewOrder,
): string[] {
  const today = studyDay(at, 'America/New_York', 240);
  const seenToday = new Map<string, Set<string>>();
  for (const { cardId } of log.filter((row) => row.studyDay === today)) {
    const noteId = cards.find(({ id }) => id === cardId)?.noteId ?? '';
    seenToday.set(noteId, (seenToday.get(noteId) ?? new Set()).add(cardId));
  }
  const done = (state: string) =>
    log.filter((row) => row.studyDay === today && row.stateBefore === state).length;
  const allowance = {
    newCards: Math.max(0, 3 - done('NEW')),
    reviews: Math.max(0, 6 - done('REVIEW')),
    desiredRetention: 0.9,
  };
  const candidates = cards
    .filter((card) => !card.suspended && (card.due === null || card.due <= at))
    .map((card) => ({ ...card, retrievability: retrievability(card, today) }));
  const rules = {
    today,
    startOfToday: startOfStudyDay(today, 'America/New_York', 240),
    order,
    allowances: new Map(cards.map(({ deckId }) => [deckId, allowance])),
    seenToday,
  };
  return orderQueue(candidates, rules).map(({ candidate, reason }) => `${candidate.id} ${reason}`);
}

describe('review queue of a learner', () => {
  it('is what its definition says, hour by hour over weeks, the change to summer time included', async () => {
    const { viewer, deckId } = await someLearner();
    study.time.now = new Date('2026-03-03T14:00:00Z');
    await makePairs(viewer, deckId, 12);
    const grades = ['GOOD', 'EASY', 'AGAIN', 'GOOD', 'HARD'];
    let sent = 0;
    for (let visit = 0; visit < 60; visit += 1) {
      study.pass([7, 5, 0.25, 11.5][visit % 4] ?? 1);
      const queue = await read(viewer, { deckId, order: 'DUE', limit: 100 });
      const cards = await study.database.card.findMany({ where: { deckId } });
      const log = await study.database.reviewLog.findMany({ where: { deckId } });
      expect(queue.items.map((item: { card: { id: string } }) => item.card.id)).toEqual(
        bruteForce(cards, log, study.time.now),
      );
      const order = reviewOrders[visit % reviewOrders.length] ?? 'DUE';
      const ordered = await read(viewer, { deckId, order, limit: 100 });
      expect(
        ordered.items.map(
          (item: { card: { id: string }; reason: string }) => `${item.card.id} ${item.reason}`,
        ),
      ).toEqual(bySpecification(cards, log, study.time.now, order));
      const few = await read(viewer, { deckId, order, limit: 3 });
      expect(few.items).toEqual(ordered.items.slice(0, 3));
      const countOf = (...reasons: string[]) =>
        ordered.items.filter(({ reason }: { reason: string }) => reasons.includes(reason)).length;
      for (const counted of [ordered, few]) {
        expect(counted).toMatchObject({
          learningDue: countOf('LEARNING_STEP'),
          reviewDue: countOf('DUE', 'OVERDUE'),
          newRemaining: countOf('NEW'),
        });
      }
      expect(queue.generatedAt).toBe(study.time.now.toISOString());
      const today = studyDay(study.time.now, 'America/New_York', 240);
      const startOfToday = startOfStudyDay(today, 'America/New_York', 240).toISOString();
      for (const { card, reason, retrievability } of queue.items) {
        const row = cards.find(({ id }) => id === card.id);
        const expected =
          row?.state === 'NEW'
            ? 'NEW'
            : row?.state !== 'REVIEW'
              ? 'LEARNING_STEP'
              : (row.due?.toISOString() ?? '') < startOfToday
                ? 'OVERDUE'
                : 'DUE';
        expect(reason).toBe(expected);
        expect(retrievability === null).toBe(reason === 'NEW');
      }
      for (const { card } of queue.items.slice(0, 2)) {
        const input = {
          cardId: card.id,
          grade: grades[sent % grades.length],
          clientReviewId: someKey(),
          durationMs: 5_000,
        };
        await tell(
          viewer,
          'mutation ($input: SubmitReviewInput!) { submitReview(input: $input) { __typename } }',
          { input },
        );
        sent += 1;
      }
    }
    expect(sent).toBeGreaterThan(60);
  }, 300_000);

  it('counts what it holds back and how long it will take', async () => {
    const { viewer, deckId } = await someLearner();
    const ids = await study.someCards(viewer, deckId, 10);
    for (const cardId of ids.slice(0, 9)) {
      const input = { cardId, grade: 'EASY', clientReviewId: someKey(), durationMs: 4_000 };
      await tell(
        viewer,
        'mutation ($input: SubmitReviewInput!) { submitReview(input: $input) { __typename } }',
        { input },
      );
    }
    study.pass(24 * 12);
    expect(await read(viewer, { deckId, limit: 2 })).toMatchObject({
      items: [
        { position: 1, reason: 'OVERDUE' },
        { position: 2, reason: 'OVERDUE' },
      ],
      newRemaining: 1,
      learningDue: 0,
      reviewDue: 6,
      backlogDays: 1.5,
      estimatedSeconds: 28,
    });
  });

  it('looks ahead without writing, over everything or a part', async () => {
    const { viewer, deckId, subjectId } = await someLearner();
    const [cardId = ''] = await study.someCards(viewer, deckId);
    await tell(
      viewer,
      'mutation ($input: SubmitReviewInput!) { submitReview(input: $input) { __typename } }',
      {
        input: { cardId, grade: 'EASY', clientReviewId: someKey() },
      },
    );
    expect((await read(viewer, {})).items).toEqual([]);
    const at = new Date(study.time.now.getTime() + 20 * 86_400_000).toISOString();
    for (const part of [{}, { deckId }, { subjectId }])
      expect((await read(viewer, { ...part, at })).items).toHaveLength(1);
    const elsewhere = await study.someSubject(viewer, 'Other');
    expect((await read(viewer, { subjectId: elsewhere.id, at })).items).toEqual([]);
  });

  it('shows nothing of another learner', async () => {
    const { deckId } = await someLearner();
    expect((await read(someViewer(), { deckId })).items).toEqual([]);
  });

  it('asks the database as often for a hundred cards as for one', async () => {
    const { viewer } = await someLearner();
    const subject = await study.someSubject(viewer);
    const deck = await study.someDeck(viewer, subject.id);
    const queue =
      'query { reviewQueue(input: { limit: 100 }) { items { card { front deck { id } skills { code } schedule { retrievability presetVersion } } } } }';
    const count = async () => {
      study.sent.count = 0;
      await tell(viewer, queue);
      return study.sent.count;
    };
    await study.someCards(viewer, deck.id, 1);
    const one = await count();
    await study.someCards(viewer, deck.id, 15);
    expect(await count()).toBe(one);
    expect(one).toBeLessThan(14);
  });

  it('refuses more than a hundred at once', async () => {
    const { errors } = await study.ask(
      someViewer(),
      'query { reviewQueue(input: { limit: 101 }) { newRemaining } }',
    );
    expect(errors[0]?.extensions.code).toBe('VALIDATION');
  });
});
