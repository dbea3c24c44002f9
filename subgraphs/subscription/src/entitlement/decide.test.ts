import { describe, expect, it } from '@jest/globals';
import { decideCredits, decideFeature, findUpgrade, standingOf } from './decide.ts';

const feature = (name: string, kind: 'BOOLEAN' | 'LIMIT' | 'METERED', limit: number | null) => ({
  planId: 'p',
  feature: name,
  kind,
  limit,
});
const free = {
  code: 'free',
  rank: 0,
  public: true,
  features: [feature('quiz.attempts', 'METERED', 100), feature('storage.bytes', 'LIMIT', 10)],
};
const plus = {
  code: 'plus',
  rank: 1,
  public: true,
  features: [
    feature('ai.credits', 'METERED', 500),
    feature('quiz.attempts', 'METERED', null),
    feature('storage.bytes', 'LIMIT', 20),
  ],
};
const pro = {
  code: 'pro',
  rank: 2,
  public: true,
  features: [
    feature('ai.credits', 'METERED', 2_000),
    feature('quiz.attempts', 'METERED', null),
    feature('storage.bytes', 'LIMIT', null),
    feature('support.priority', 'BOOLEAN', null),
  ],
};
const now = new Date('2027-03-10T00:00:00Z');
const graceEndsAt = new Date('2027-03-10T00:00:01Z');
const over = new Date('2027-03-10T00:00:00Z');

const standing = (status: string, grace: Date | null = null) =>
  standingOf({ plan: plus, status, graceEndsAt: grace }, free, now);

describe('the standing of a learner', () => {
  it.each([
    ['ACTIVE', null, 'plus', 'PLAN', null],
    ['TRIALING', null, 'plus', 'TRIAL', null],
    ['PAST_DUE', graceEndsAt, 'plus', 'GRACE', null],
    ['PAST_DUE', over, 'free', 'PLAN', 'plus'],
    ['UNPAID', null, 'free', 'PLAN', 'plus'],
    ['PAUSED', null, 'free', 'PLAN', null],
    ['INCOMPLETE', null, 'free', 'PLAN', null],
    ['CANCELED', null, 'free', 'PLAN', null],
  ])(
    'with a subscription that is %s until %s counts the plan %s (%s)',
    (status, grace, code, reason, lapsed) => {
      const found = standing(status, grace);
      expect([found.plan.code, found.reason, found.lapsed?.code ?? null]).toEqual([code, reason, lapsed]);
    },
  );

  it('without a subscription is the free plan', () => {
    expect(standingOf(null, free, now)).toEqual({ plan: free, reason: 'PLAN', lapsed: null });
  });
});

describe('a feature', () => {
  it('is counted against the limit of the plan', () => {
    const at = (used: number) => decideFeature(standingOf(null, free, now), 'quiz.attempts', used);
    expect(at(99)).toEqual({ allowed: true, limit: 100, used: 99, remaining: 1, reason: 'PLAN' });
    expect(at(100)).toEqual({ allowed: false, limit: 100, used: 100, remaining: 0, reason: 'LIMIT_REACHED' });
    expect(at(130)).toMatchObject({ allowed: false, remaining: 0 });
  });

  it('without a limit, or that others count, is allowed', () => {
    expect(decideFeature(standing('ACTIVE'), 'quiz.attempts', 7)).toEqual({
      allowed: true,
      limit: null,
      used: 7,
      remaining: null,
      reason: 'PLAN',
    });
    expect(decideFeature(standing('ACTIVE'), 'storage.bytes', null)).toMatchObject({
      allowed: true,
      limit: 20,
      used: null,
    });
  });

  it.each([
    ['TRIALING', null, 'TRIAL', true],
    ['PAST_DUE', graceEndsAt, 'GRACE', true],
    ['PAST_DUE', over, 'PAST_DUE', false],
    ['CANCELED', null, 'NO_PLAN', false],
  ])('of a plan that is %s (grace %s) says %s', (status, grace, reason, allowed) => {
    const withCredits = { ...free, features: free.features };
    const found = decideCredits(
      standingOf({ plan: plus, status, graceEndsAt: grace }, withCredits, now),
      'ai.credits',
      {
        available: allowed ? 5 : 0,
        fromPlan: allowed ? 5 : 0,
        used: 0,
      },
    );
    expect(found).toMatchObject({ allowed, reason });
  });

  it('that no plan of the learner has is refused', () => {
    expect(decideFeature(standing('ACTIVE'), 'support.priority', null)).toMatchObject({
      allowed: false,
      reason: 'NO_PLAN',
    });
  });
});

describe('credits', () => {
  const facts = (available: number, fromPlan: number) => ({ available, fromPlan, used: 3 });

  it('beside the plan are allowed without one', () => {
    expect(decideCredits(standingOf(null, free, now), 'ai.credits', facts(50, 0))).toEqual({
      allowed: true,
      limit: null,
      used: 3,
      remaining: 50,
      reason: 'CREDITS',
    });
  });

  it('of the plan come first, then others, then nothing', () => {
    expect(decideCredits(standing('ACTIVE'), 'ai.credits', facts(60, 10)).reason).toBe('PLAN');
    expect(decideCredits(standing('ACTIVE'), 'ai.credits', facts(50, 0)).reason).toBe('CREDITS');
    expect(decideCredits(standing('ACTIVE'), 'ai.credits', facts(0, 0))).toMatchObject({
      allowed: false,
      reason: 'LIMIT_REACHED',
      limit: 500,
    });
  });
});

it('names the cheapest plan that gives more', () => {
  const plans = [pro, plus, free];
  const upgrade = (from: typeof free, name: string) =>
    findUpgrade(plans, { plan: from, reason: 'PLAN', lapsed: null }, name)?.code ?? null;
  expect(upgrade(free, 'ai.credits')).toBe('plus');
  expect(upgrade(free, 'support.priority')).toBe('pro');
  expect(upgrade(plus, 'ai.credits')).toBe('pro');
  expect(upgrade(plus, 'quiz.attempts')).toBeNull();
  expect(upgrade(pro, 'ai.credits')).toBeNull();
});
