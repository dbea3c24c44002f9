import { describe, expect, it } from '@jest/globals';
import { DomainError } from '@studymate/contracts';
import fc from 'fast-check';
import { Exact } from '../grading/fraction.ts';
import { type FeedbackPolicy, type RevealMoment, revealAt } from './attempt.feedback.ts';
import { countingScore } from './attempt.scoring.ts';
import { attemptStates, canMove, isOverdue, requireMove, stateAt, submissionPath } from './attempt.state.ts';
import { shuffle } from './shuffle.ts';

describe('shuffle', () => {
  it('is a permutation that the seed alone decides', () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), fc.string(), (items, seed) => {
        const once = shuffle(items, seed);
        expect(shuffle(items, seed)).toEqual(once);
        expect(once.toSorted()).toEqual(items.toSorted());
      }),
    );
  });

  it('stays what it was when this test was written', () => {
    expect(shuffle(['a', 'b', 'c', 'd', 'e', 'f'], 'seed 1')).toEqual(['f', 'c', 'd', 'e', 'b', 'a']);
  });

  it('puts every item in every place equally often', () => {
    const counts = new Map<string, number>();
    const rounds = 12_000;
    for (let round = 0; round < rounds; round += 1) {
      const order = shuffle(['a', 'b', 'c', 'd'], `round ${round}`).join('');
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(24);
    const expected = rounds / 24;
    const chiSquare = [...counts.values()].reduce(
      (sum, count) => sum + (count - expected) ** 2 / expected,
      0,
    );
    expect(chiSquare).toBeLessThan(49.73); // p = 0.001 at 23 degrees of freedom
  });
});

describe('attempt states', () => {
  it('never leave ABANDONED and INVALIDATED', () => {
    for (const to of attemptStates) {
      expect(canMove('ABANDONED', to)).toBe(false);
      expect(canMove('INVALIDATED', to)).toBe(false);
    }
  });

  it.each(['LEARNER', 'TIMER'] as const)('lead from IN_PROGRESS to GRADED when handed in by %s', (actor) => {
    const path = submissionPath(actor);
    expect(path.at(0)).toBe('IN_PROGRESS');
    expect(path.at(-1)).toBe('GRADED');
    for (const [index, to] of path.slice(1).entries()) expect(canMove(path[index] ?? to, to)).toBe(true);
  });

  it('name the states that would do when a move is refused', () => {
    expect(() => requireMove('GRADED', 'SUBMITTED')).toThrow(DomainError);
    try {
      requireMove('GRADED', 'SUBMITTED');
    } catch (error) {
      expect(error).toMatchObject({
        code: 'STATE',
        details: { currentState: 'GRADED', allowedStates: ['IN_PROGRESS', 'EXPIRED'] },
      });
    }
  });

  it('turn EXPIRED exactly when deadline and grace are over', () => {
    const attempt = { state: 'IN_PROGRESS' as const, deadline: new Date(60_000), graceSeconds: 5 };
    expect(isOverdue(attempt, new Date(64_999))).toBe(false);
    expect(stateAt(attempt, new Date(64_999))).toBe('IN_PROGRESS');
    expect(stateAt(attempt, new Date(65_000))).toBe('EXPIRED');
    expect(stateAt({ ...attempt, deadline: null }, new Date(9e12))).toBe('IN_PROGRESS');
    expect(stateAt({ ...attempt, state: 'GRADED' }, new Date(9e12))).toBe('GRADED');
  });
});

describe('feedback policy', () => {
  const closesAt = new Date(1_000);
  const reveal = (moment: RevealMoment, now: number, quizClosesAt: Date | null = closesAt) =>
    revealAt(
      { showScore: moment, showCorrectness: 'NEVER', showAnswerKey: 'NEVER' },
      { state: 'GRADED', quizClosesAt, now: new Date(now) },
    ).score;

  it.each([
    ['NEVER', 2_000, false],
    ['AFTER_SUBMIT', 0, true],
    ['AFTER_CLOSE', 999, false],
    ['AFTER_CLOSE', 1_000, true],
  ] as const)('%s at %d shows: %s', (moment, now, shown) => {
    expect(reveal(moment, now)).toBe(shown);
  });

  it('keeps AFTER_CLOSE hidden when the quiz never closes', () => {
    expect(reveal('AFTER_CLOSE', 9e12, null)).toBe(false);
  });

  const open: FeedbackPolicy = {
    showScore: 'AFTER_SUBMIT',
    showCorrectness: 'AFTER_SUBMIT',
    showAnswerKey: 'AFTER_SUBMIT',
  };
  const at = (state: (typeof attemptStates)[number]) => ({
    state,
    quizClosesAt: closesAt,
    now: new Date(2_000),
  });

  it('shows nothing before an attempt is handed in, and the score only once it is graded', () => {
    for (const state of attemptStates.filter((each) => each !== 'GRADED' && each !== 'GRADING'))
      expect(revealAt(open, at(state))).toEqual({ score: false, correctness: false, answerKey: false });
    expect(revealAt(open, at('GRADING'))).toEqual({ score: false, correctness: true, answerKey: true });
  });

  it('shows while an attempt runs only what is AFTER_EACH, of what is judged, and keys of what is settled', () => {
    const each: FeedbackPolicy = {
      showScore: 'AFTER_EACH',
      showCorrectness: 'AFTER_EACH',
      showAnswerKey: 'AFTER_EACH',
    };
    const judged = { isJudged: true, isSettled: false };
    const settled = { isJudged: true, isSettled: true };
    const running = at('IN_PROGRESS');
    expect(revealAt(each, running)).toMatchObject({ correctness: false, answerKey: false });
    expect(revealAt(each, { ...running, item: judged })).toEqual({
      score: false,
      correctness: true,
      answerKey: false,
    });
    expect(revealAt(each, { ...running, item: settled })).toMatchObject({ score: false, answerKey: true });
    expect(revealAt(open, { ...running, item: settled })).toMatchObject({
      correctness: false,
      answerKey: false,
    });
  });
});

describe('the score that counts', () => {
  const attempts = [
    { number: 2, score: new Exact(9), maxScore: new Exact(12) },
    { number: 1, score: new Exact(5), maxScore: new Exact(10) },
    { number: 3, score: new Exact(1), maxScore: new Exact(10) },
  ];
  it.each([
    ['HIGHEST', 9, 12],
    ['LATEST', 1, 10],
    ['FIRST', 5, 10],
    ['AVERAGE', 4.5, 10],
  ] as const)('by %s is %d of %d', (scoring, score, maxScore) => {
    const counting = countingScore(attempts, scoring);
    expect([counting?.score.toNumber(), counting?.maxScore.toNumber()]).toEqual([score, maxScore]);
  });

  it('is none without an attempt', () => {
    expect(countingScore([], 'HIGHEST')).toBeNull();
  });
});
