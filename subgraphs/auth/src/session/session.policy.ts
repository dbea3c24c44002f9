import type { Viewer } from '@studymate/contracts';
import { canReadSecurityOf } from '../user/user.policy.ts';

export const canReadSession = (viewer: Viewer | null, session: { readonly userId: string }): boolean =>
  canReadSecurityOf(viewer, session.userId);

/** Only the owner ends a single session; administrators shut the account. */
export const canRevokeSession = (viewer: Viewer, session: { readonly userId: string }): boolean =>
  viewer.id === session.userId;
