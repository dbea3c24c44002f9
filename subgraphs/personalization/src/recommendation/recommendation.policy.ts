import type { Viewer } from '@studymate/contracts';
import type { Recommendation } from '@studymate/database/personalization';

export const canReadRecommendation = (viewer: Viewer | null, { userId }: Recommendation): boolean =>
  viewer?.id === userId;

export const canReadLearner = (viewer: Viewer | null, learnerId: string): boolean => viewer?.id === learnerId;
