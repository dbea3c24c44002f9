import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  challengeThreshold,
  distanceKm,
  isImpossibleTravel,
  isNoBrowser,
  type RiskReason,
  scoreRisk,
} from './risk-score.ts';

const seoul = { latitude: 37.58, longitude: 127.06 };
const zurich = { latitude: 47.38, longitude: 8.54 };
const unitedStates = { latitude: 37.751, longitude: -97.822 };
const at = new Date('2026-03-01T10:00:00Z');
const hoursLater = (hours: number) => new Date(at.getTime() + hours * 3_600_000);

describe('risk score', () => {
  it.each<[readonly RiskReason[], number]>([
    [[], 0],
    [['NEW_DEVICE'], 0.35],
    [['NEW_DEVICE', 'UNKNOWN_PLACE'], 0.4475],
    [['IMPOSSIBLE_TRAVEL'], 0.75],
    [['NEW_DEVICE', 'NEW_COUNTRY'], 0.61],
    [['NEW_DEVICE', 'NEW_COUNTRY', 'NO_BROWSER'], 0.727],
    [['ADDRESS_UNDER_SUSPICION', 'NEW_DEVICE'], 0.74],
    [['IMPOSSIBLE_TRAVEL', 'STOLEN_TOKEN_SIGNS', 'NEW_DEVICE'], 0.935],
    [['DENYLISTED_ADDRESS', 'NEW_COUNTRY', 'NEW_DEVICE'], 0.961],
  ])('of %p is %p', (reasons, score) => {
    const risk = scoreRisk(Object.fromEntries(reasons.map((reason) => [reason, 1])));
    expect(risk.score).toBeCloseTo(score, 10);
    expect(new Set(risk.reasons)).toEqual(new Set(reasons));
  });

  it('lets a new device at an unknown place through, and asks more when the address is also under suspicion', () => {
    expect(scoreRisk({ NEW_DEVICE: 1, UNKNOWN_PLACE: 1 }).score).toBeLessThan(challengeThreshold);
    expect(scoreRisk({ NEW_DEVICE: 1, ADDRESS_UNDER_SUSPICION: 1 }).score).toBeGreaterThan(
      challengeThreshold,
    );
  });

  it('stays between 0 and 1 and never falls when one more sign is seen', () => {
    const reasons: RiskReason[] = ['NEW_DEVICE', 'NEW_COUNTRY', 'NO_BROWSER', 'DENYLISTED_ADDRESS'];
    fc.assert(
      fc.property(fc.subarray(reasons), fc.constantFrom(...reasons), (seen, more) => {
        const signs = Object.fromEntries(seen.map((reason) => [reason, 1]));
        const before = scoreRisk(signs).score;
        const after = scoreRisk({ ...signs, [more]: 1 }).score;
        expect(after).toBeGreaterThanOrEqual(before);
        expect(after).toBeLessThan(1);
      }),
    );
  });

  it.each([
    ['Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0', false],
    ['', true],
    [null, true],
    ['curl/8.5.0', true],
    ['Mozilla/5.0 HeadlessChrome/130.0', true],
  ])('takes %p for no browser: %p', (userAgent, expected) => {
    expect(isNoBrowser(userAgent)).toBe(expected);
  });
});

describe('impossible travel', () => {
  it('measures Seoul to Zurich', () => {
    expect(distanceKm(seoul, zurich)).toBeGreaterThan(8_700);
    expect(distanceKm(seoul, zurich)).toBeLessThan(8_850);
  });

  it.each([
    ['Zurich ten minutes after Seoul', zurich, 5, 1 / 6, true],
    ['Zurich eleven hours after Seoul', zurich, 5, 11, false],
    ['the same place at once', seoul, 100, 0, false],
    ['a country-wide guess eleven hours later', unitedStates, 1000, 11, false],
  ])('%s', (_what, place, radiusKm, hours, expected) => {
    const before = { ...seoul, radiusKm: 100, at };
    expect(isImpossibleTravel(before, { ...place, radiusKm, at: hoursLater(hours) })).toBe(expected);
  });
});
