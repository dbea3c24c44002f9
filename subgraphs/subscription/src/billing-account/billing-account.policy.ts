import type { Viewer } from '@studymate/contracts';
import { hasScope } from '@studymate/subgraph-kit';

export const canSeeBilling = (viewer: Viewer | null, userId: string): boolean =>
  viewer?.id === userId || hasScope(viewer, 'billing:admin');
