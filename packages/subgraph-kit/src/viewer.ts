import { DomainError, type Scope, unauthenticated, type Viewer } from '@studymate/contracts';
import type { Clock } from '@studymate/runtime';

export interface ViewerContext {
  readonly viewer: Viewer | null;
}

/** The signed-in viewer; throws UNAUTHENTICATED when there is none. */
export function requireViewer({ viewer }: ViewerContext): Viewer {
  if (!viewer) throw unauthenticated();
  return viewer;
}

/** How long a proof of who somebody is counts as fresh. */
export const freshProofMs = 15 * 60_000;

export const stepUpRequired = () =>
  new DomainError('STEP_UP_REQUIRED', 'Sign in again first: this needs a fresh proof of who you are.');

/** The viewer, as a person who has proven who they are within 15 minutes; throws STEP_UP_REQUIRED, also for programs. */
export function requireFreshViewer(context: ViewerContext & { readonly now: Clock }): Viewer {
  const viewer = requireViewer(context);
  const provenMs = viewer.provenAt === undefined ? 0 : Date.parse(viewer.provenAt);
  if (context.now().getTime() - provenMs > freshProofMs) throw stepUpRequired();
  return viewer;
}

export const hasScope = (viewer: Viewer | null, scope: Scope): boolean =>
  viewer?.scopes.includes(scope) ?? false;
