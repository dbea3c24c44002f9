import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  isBelow,
  levelAfterAssessmentItem,
  levelAfterExercise,
  type MasteryLevel,
  masteryLevels,
} from './levels.ts';

describe('an exercise', () => {
  it.each([
    ['NOT_STARTED', 0, 'ATTEMPTED'],
    ['NOT_STARTED', 0.69, 'ATTEMPTED'],
    ['NOT_STARTED', 0.7, 'FAMILIAR'],
    ['ATTEMPTED', 0.99, 'FAMILIAR'],
    ['ATTEMPTED', 1, 'PROFICIENT'],
    ['FAMILIAR', 1, 'PROFICIENT'],
    ['PROFICIENT', 1, 'PROFICIENT'],
    ['FAMILIAR', 0.2, 'FAMILIAR'],
    ['MASTERED', 0, 'MASTERED'],
  ] as const)('at %s with %d leads to %s', (before, fraction, after) => {
    expect(levelAfterExercise(before, fraction)).toBe(after);
  });
});

describe('an item of a mixed assessment', () => {
  it.each([
    ['NOT_STARTED', true, 'ATTEMPTED'],
    ['NOT_STARTED', false, 'ATTEMPTED'],
    ['ATTEMPTED', false, 'ATTEMPTED'],
    ['ATTEMPTED', true, 'FAMILIAR'],
    ['FAMILIAR', false, 'ATTEMPTED'],
    ['PROFICIENT', true, 'MASTERED'],
    ['MASTERED', true, 'MASTERED'],
    ['MASTERED', false, 'PROFICIENT'],
  ] as const)('at %s, right: %s, leads to %s', (before, isRight, after) => {
    expect(levelAfterAssessmentItem(before, isRight, 0)).toBe(after);
  });
});

it('never goes back to the start, and easy exercises alone never make a master', () => {
  const levels = fc.constantFrom(...masteryLevels);
  fc.assert(
    fc.property(
      levels,
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.boolean(),
      (level, fraction, isRight) => {
        const exercised = levelAfterExercise(level, fraction);
        expect(isBelow(exercised, level)).toBe(false);
        if (level !== 'MASTERED') expect(exercised).not.toBe('MASTERED');
        expect(levelAfterAssessmentItem(level, isRight, 0)).not.toBe('NOT_STARTED');
      },
    ),
  );
});

it('takes an item that is not easy to become a master, however many easy ones are right', () => {
  let level: MasteryLevel = 'NOT_STARTED';
  for (let count = 0; count < 20; count += 1) level = levelAfterAssessmentItem(level, true, -1);
  expect(level).toBe('PROFICIENT');
  expect(levelAfterAssessmentItem(level, true, -0.5)).toBe('MASTERED');
  expect(levelAfterAssessmentItem('MASTERED', true, -2)).toBe('MASTERED');
});
