import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decideRefresh, type RefreshTokenState } from './refresh-rotation.ts';

const at = new Date('2026-03-01T10:00:00Z');
const secondsAgo = (seconds: number) => new Date(at.getTime() - seconds * 1000);
const later = secondsAgo(-3600);
const session = { revokedAt: null, expiresAt: later };
const token = (usedSecondsAgo: number | null, expiresAt = later): RefreshTokenState => ({
  expiresAt,
  usedAt: usedSecondsAgo === null ? null : secondsAgo(usedSecondsAgo),
});

describe('refresh token rotation', () => {
  it.each([
    ['a fresh token', token(null), null, 'ROTATE'],
    ['one past its life', token(null, secondsAgo(1)), null, 'ENDED'],
    ['one used a moment ago, successor unused', token(2), token(null), 'REPEAT'],
    ['one used 10 s ago, successor unused', token(10), token(null), 'REPEAT'],
    ['one used 11 s ago, successor unused', token(11), token(null), 'REUSED'],
    ['one used a moment ago, successor used', token(2), token(1), 'REUSED'],
    ['one used long ago and past its life', token(9_000, secondsAgo(1)), token(null), 'REUSED'],
  ])('%s: %4$s', (_what, presented, successor, decision) => {
    expect(decideRefresh({ token: presented, successor, session, at })).toBe(decision);
  });

  it('saves nothing of a session that is revoked or over', () => {
    const anyToken = fc.constantFrom(token(null), token(1), token(100));
    const overSessions = fc.constantFrom(
      { revokedAt: secondsAgo(1), expiresAt: later },
      { revokedAt: null, expiresAt: at },
    );
    fc.assert(
      fc.property(anyToken, overSessions, (presented, over) => {
        expect(decideRefresh({ token: presented, successor: null, session: over, at })).toBe('ENDED');
      }),
    );
  });
});
