import { hash } from 'node:crypto';
import type { RequestScope } from '../execution/scope.ts';

export const digest = (text: string): string => hash('sha256', text, 'base64url');

/**
 * Whose an entry is. Everybody's: only what configuration hands on makes a difference. A viewer's: everything a
 * subgraph is told of the viewer, so that other scopes, roles or another session find nothing. Null: nobody's.
 */
export function ownerOf(
  { viewer, testClock, propagatedHeaders }: RequestScope,
  isPrivate: boolean,
): string | null {
  if (isPrivate && !viewer) return null;
  return JSON.stringify([isPrivate ? viewer : null, testClock, propagatedHeaders]);
}
