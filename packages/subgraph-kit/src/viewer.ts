import { type Scope, unauthenticated, type Viewer } from '@studymate/contracts';

export interface ViewerContext {
  readonly viewer: Viewer | null;
}

/** The signed-in viewer; throws UNAUTHENTICATED when there is none. */
export function requireViewer({ viewer }: ViewerContext): Viewer {
  if (!viewer) throw unauthenticated();
  return viewer;
}

export const hasScope = (viewer: Viewer | null, scope: Scope): boolean =>
  viewer?.scopes.includes(scope) ?? false;
