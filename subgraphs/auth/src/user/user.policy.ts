import type { Viewer } from '@studymate/contracts';
import { hasScope } from '@studymate/subgraph-kit';

/** An account is its owner's, and for those who look after accounts. */
export const canReadUser = (viewer: Viewer | null, user: { readonly id: string }): boolean =>
  viewer?.id === user.id || hasScope(viewer, 'user:read');

/** What hangs on an account (sessions, factors, sign-ins) is its owner's and the administrators'. */
export const canReadSecurityOf = (viewer: Viewer | null, userId: string): boolean =>
  viewer?.id === userId || hasScope(viewer, 'admin:users');
