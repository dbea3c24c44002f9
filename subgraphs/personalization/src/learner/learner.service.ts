import { requireViewer } from '@studymate/subgraph-kit';
import type { Context } from '../context.ts';
import { canReadLearner } from '../recommendation/recommendation.policy.ts';
import { type LearnerProfileView, profileOf } from './learner-profile.ts';

/** A learner's profile for their own eyes; null for others. */
export async function findLearnerProfile(
  context: Context,
  learnerId: string,
): Promise<LearnerProfileView | null> {
  return canReadLearner(context.viewer, learnerId) ? profileOf(await context.learners.find(learnerId)) : null;
}

export async function setOptOut(context: Context, optOut: boolean): Promise<LearnerProfileView> {
  const viewer = requireViewer(context);
  return profileOf(await context.learners.setOptOut(viewer.id, optOut));
}

/** Forgets what was learned of the viewer in one subject, or in all. */
export async function resetLearnerModel(
  context: Context,
  subjectId: string | null | undefined,
): Promise<LearnerProfileView> {
  const viewer = requireViewer(context);
  return context.transaction(async (inner) => {
    await inner.mastery.forget(viewer.id, subjectId ?? null);
    const remaining = await inner.mastery.countEvidence(viewer.id);
    return profileOf(await inner.learners.setObservations(viewer.id, remaining));
  });
}
