import type { Viewer } from '@studymate/contracts';

export const canEditTemplates = (viewer: Viewer | null): boolean =>
  viewer?.scopes.includes('notification:admin') ?? false;
