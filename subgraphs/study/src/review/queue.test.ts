import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { orderQueue, type QueueCandidate, type QueueRules, reviewOrders } from './queue.ts';

const now = new Date('2024-05-10T12:00:00Z');
const day = (count: number) => new Date(now.getTime() + count * 86_400_000);

const rules: QueueRules = {
  today: '2024-05-10',
  startOfToday: new Date('2024-05-10T04:00:00Z'),
  order: 'RELATIVE_OVERDUENESS',
  allowances: new Map([['deck', { newCards: 20, reviews: 200, desiredRetention: 0.9 }]]),
  seenToday: new Map(),
};

const candidate = (id: string, change: Partial<QueueCandidate> = {}): QueueCandidate => ({
  id,
  deckId: 'deck',
  noteId: `note of ${id}`,
  state: 'REVIEW',
  due: day(-1),
  retrievability: 0.9,
  createdAt: now,
  ...change,
});

const order = (candidates: QueueCandidate[], change: Partial<QueueRules> = {}) =>
  orderQueue(candidates, { ...rules, ...change }).map(({ candidate: { id }, reason }) => `${id} ${reason}`);

describe('review queue', () => {
  it('shows steps first, then reviews, then new cards, and says why', () => {
    const cards = [
      candidate('new', { state: 'NEW', due: null, retrievability: null }),
      candidate('late', { due: day(-5), retrievability: 0.7 }),
      candidate('today', { due: rules.startOfToday }),
      candidate('step', { state: 'LEARNING', due: now }),
    ];
    expect(order(cards)).toEqual(['step LEARNING_STEP', 'late OVERDUE', 'today DUE', 'new NEW']);
  });

  it('measures overdueness against what each deck wants', () => {
    const allowances = new Map([
      ['strict', { newCards: 0, reviews: 10, desiredRetention: 0.97 }],
      ['lax', { newCards: 0, reviews: 10, desiredRetention: 0.8 }],
    ]);
    const cards = [
      candidate('lax', { deckId: 'lax', retrievability: 0.78 }),
      candidate('strict', { deckId: 'strict', retrievability: 0.9 }),
    ];
    expect(order(cards, { allowances })).toEqual(['strict OVERDUE', 'lax OVERDUE']);
    expect(order(cards, { allowances, order: 'RETRIEVABILITY_ASC' })).toEqual([
      'lax OVERDUE',
      'strict OVERDUE',
    ]);
  });

  it('breaks ties by due instant, then id', () => {
    const cards = [
      candidate('c', { due: day(-1) }),
      candidate('b', { due: day(-1) }),
      candidate('a', { due: day(-2) }),
    ];
    for (const asked of ['DUE', 'RELATIVE_OVERDUENESS', 'RETRIEVABILITY_ASC'] as const) {
      expect(order(cards, { order: asked })).toEqual(['a OVERDUE', 'b OVERDUE', 'c OVERDUE']);
    }
  });

  it('keeps the limits of each deck', () => {
    const allowances = new Map([['deck', { newCards: 1, reviews: 2, desiredRetention: 0.9 }]]);
    const cards = [
      ...['r1', 'r2', 'r3'].map((id) => candidate(id)),
      ...['n1', 'n2'].map((id) => candidate(id, { state: 'NEW', due: null, retrievability: null })),
      candidate('s1', { state: 'RELEARNING' }),
    ];
    expect(order(cards, { allowances })).toEqual(['s1 LEARNING_STEP', 'r1 OVERDUE', 'r2 OVERDUE', 'n1 NEW']);
  });

  it('buries siblings of what was answered today or stands earlier', () => {
    const fresh = { state: 'NEW', due: null, retrievability: null } as const;
    const cards = [
      candidate('front', { ...fresh, noteId: 'pair', createdAt: day(-2) }),
      candidate('back', { ...fresh, noteId: 'pair', createdAt: day(-1) }),
      candidate('seen sibling', { noteId: 'seen' }),
      candidate('stepping', { noteId: 'seen', state: 'LEARNING', due: now }),
    ];
    const seenToday = new Map([['seen', new Set(['stepping'])]]);
    expect(order(cards, { seenToday })).toEqual(['stepping LEARNING_STEP', 'front NEW']);
    expect(
      order([candidate('own', { noteId: 'n' })], { seenToday: new Map([['n', new Set(['own'])]]) }),
    ).toEqual(['own OVERDUE']);
  });

  it('shuffles differently each day and alike within one', () => {
    const cards = Array.from({ length: 30 }, (_, index) => candidate(`card ${index}`));
    const shuffled = order(cards, { order: 'RANDOM_SEEDED' });
    expect(order(cards.toReversed(), { order: 'RANDOM_SEEDED' })).toEqual(shuffled);
    expect(order(cards, { order: 'RANDOM_SEEDED', today: '2024-05-11' })).not.toEqual(shuffled);
  });

  it('is one order whatever the order of the rows', () => {
    const someCandidate = fc.record({
      state: fc.constantFrom('NEW', 'LEARNING', 'REVIEW', 'RELEARNING'),
      note: fc.integer({ min: 0, max: 8 }),
      due: fc.integer({ min: -5, max: 0 }),
      recall: fc.constantFrom(0.5, 0.8, 0.9),
    });
    const property = fc.property(
      fc.array(someCandidate, { maxLength: 20 }),
      fc.constantFrom(...reviewOrders),
      (rows, asked) => {
        const cards = rows.map(({ state, note, due, recall }, index) =>
          candidate(`card ${index}`, {
            state,
            noteId: `note ${note}`,
            due: state === 'NEW' ? null : day(due),
            retrievability: state === 'NEW' ? null : recall,
          }),
        );
        const queue = order(cards, { order: asked });
        expect(order(cards.toReversed(), { order: asked })).toEqual(queue);
        const notes = orderQueue(cards, { ...rules, order: asked })
          .filter(({ reason }) => reason !== 'LEARNING_STEP')
          .map(({ candidate: { noteId } }) => noteId);
        expect(new Set(notes).size).toBe(notes.length);
      },
    );
    fc.assert(property, { numRuns: 200 });
  });
});
