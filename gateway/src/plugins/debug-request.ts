import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { createDebugTrace, type DebugTrace } from '../execution/debug-trace.ts';

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/**
 * A trace to fill in for a request that asks for it, `X-StudyMate-Debug: plan`, and proves with the token in
 * `X-StudyMate-Debug-Token` that it may; null for any other, whether the token is wrong or none is set.
 */
export function debugTraceOf(headers: IncomingHttpHeaders, token: string | null): DebugTrace | null {
  if (token === null || headers['x-studymate-debug'] !== 'plan') return null;
  const given = headers['x-studymate-debug-token'];
  if (typeof given !== 'string' || !timingSafeEqual(digest(given), digest(token))) return null;
  return createDebugTrace();
}
