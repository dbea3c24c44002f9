import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Snapshot, SnapshotSkill } from './candidates.ts';
import { recommend, type Wishes } from './recommend.ts';

const skill = (id: string, parts: Partial<SnapshotSkill> = {}): SnapshotSkill => ({
  id,
  subjectId: 'sub_1',
  title: `Skill ${id}`,
  prerequisiteIds: [],
  level: 'NOT_STARTED',
  probability: 0.5,
  observations: 0,
  ...parts,
});
const quiz = (id: string, parts: Partial<Snapshot['quizzes'][number]> = {}) => ({
  id,
  subjectId: 'sub_1',
  title: `Quiz ${id}`,
  questionCount: 8,
  skillIds: ['s1'],
  bestFraction: null,
  isOwn: true,
  ...parts,
});
const empty: Snapshot = { isColdStart: true, skills: [], quizzes: [], decks: [], materials: [] };
const wishes: Wishes = {
  limit: 10,
  minutesAvailable: 60,
  subjectId: null,
  unwanted: new Set(),
  dueOnly: false,
};

describe('recommendations', () => {
  it('put an unmet prerequisite first', () => {
    const snapshot = {
      ...empty,
      skills: [skill('s1'), skill('s2', { prerequisiteIds: ['s1'], observations: 3, probability: 0.2 })],
      decks: [{ id: 'd1', subjectId: 'sub_1', title: 'Deck', dueCount: 500, overdueDays: 90 }],
    };

    expect(recommend(snapshot, wishes)[0]).toMatchObject({ kind: 'FILL_PREREQUISITE', activityId: 's1' });
  });

  it('offer a newcomer a diagnostic that is open to all', () => {
    const snapshot = { ...empty, quizzes: [quiz('q1', { isOwn: false })] };

    expect(recommend(snapshot, wishes)).toMatchObject([{ kind: 'DIAGNOSTIC', activityId: 'q1' }]);
    expect(recommend({ ...snapshot, isColdStart: false }, wishes)).toEqual([]);
  });

  it('send the learner to the quiz on the weakest skill', () => {
    const snapshot = {
      ...empty,
      skills: [
        skill('s1', { observations: 5, probability: 0.3 }),
        skill('s2', { observations: 5, probability: 0.6 }),
      ],
      quizzes: [quiz('q1', { bestFraction: 0.4 }), quiz('q2', { skillIds: ['s2'], bestFraction: 0.95 })],
    };

    expect(recommend(snapshot, wishes).map(({ kind, activityId }) => [kind, activityId])).toEqual([
      ['STRENGTHEN_WEAK', 'q1'],
      ['STRENGTHEN_WEAK', 's2'],
    ]);
  });

  it('leave out what is unwanted, of other subjects, or not due when opted out', () => {
    const snapshot = { ...empty, quizzes: [quiz('q1'), quiz('q2', { subjectId: 'sub_2' })] };

    expect(recommend(snapshot, { ...wishes, unwanted: new Set(['DIAGNOSTIC:q1']) })).toHaveLength(1);
    expect(recommend(snapshot, { ...wishes, subjectId: 'sub_2' })).toHaveLength(1);
    expect(recommend(snapshot, { ...wishes, dueOnly: true })).toEqual([]);
  });

  it('add up, fit the time, keep their order and come out the same again', () => {
    const decks = fc.array(
      fc.record({
        id: fc.uuid(),
        subjectId: fc.constant('sub_1'),
        title: fc.string(),
        dueCount: fc.integer({ min: 0, max: 100 }),
        overdueDays: fc.integer({ min: 0, max: 30 }),
      }),
    );
    const quizzes = fc.array(
      fc
        .record({ id: fc.uuid(), questionCount: fc.integer({ min: 1, max: 40 }) })
        .map(({ id, questionCount }) => quiz(id, { questionCount })),
    );
    fc.assert(
      fc.property(
        decks,
        quizzes,
        fc.integer({ min: 1, max: 90 }),
        (someDecks, someQuizzes, minutesAvailable) => {
          const snapshot = { ...empty, decks: someDecks, quizzes: someQuizzes };
          const list = recommend(snapshot, { ...wishes, minutesAvailable });
          const minutes = list.reduce((total, { estimatedMinutes }) => total + estimatedMinutes, 0);
          expect(minutes).toBeLessThanOrEqual(minutesAvailable);
          for (const [index, { score, reasons, rank }] of list.entries()) {
            const sum = reasons.reduce((total, { contribution }) => total + contribution, 0);
            expect(Math.abs(sum - score)).toBeLessThan(1e-9);
            expect(rank).toBe(index + 1);
            expect(score).toBeLessThanOrEqual(list[index - 1]?.score ?? Infinity);
          }
          expect(recommend(snapshot, { ...wishes, minutesAvailable })).toEqual(list);
        },
      ),
    );
  });
});
