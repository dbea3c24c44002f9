import type { Evidence, MasteryChange } from '@studymate/database/personalization';
import type { Context } from '../context.ts';
import { type SkillMasteryView, skillMasteryOf } from './skill-mastery.ts';
import { type SubjectMasteryView, subjectMasteryOf } from './subject-mastery.ts';

/** The viewer's mastery of a skill of theirs; null for any other skill. */
export async function findSkillMastery(context: Context, skillId: string): Promise<SkillMasteryView | null> {
  const { viewer } = context;
  if (!viewer) return null;
  const [skills, states] = await Promise.all([
    context.catalog.skillsOf(viewer.id),
    context.mastery.statesOf(viewer.id),
  ]);
  const state = states.find((row) => row.skillId === skillId) ?? null;
  if (!state && !skills.some(({ id }) => id === skillId)) return null;
  return skillMasteryOf({ userId: viewer.id, skillId }, state, context.now());
}

export const listEvidence = (context: Context, { userId, skillId }: SkillMasteryView): Promise<Evidence[]> =>
  context.mastery.evidenceOf(userId, skillId);

/** The viewer's mastery of a subject of theirs; null for any other subject. */
export async function findSubjectMastery(
  context: Context,
  subjectId: string,
): Promise<SubjectMasteryView | null> {
  const { viewer } = context;
  if (!viewer) return null;
  const [subject, skills, states] = await Promise.all([
    context.catalog.findSubject(subjectId),
    context.catalog.skillsOf(viewer.id),
    context.mastery.statesOf(viewer.id),
  ]);
  if (subject?.ownerId !== viewer.id) return null;
  const standing = skills
    .filter((skill) => skill.subjectId === subjectId)
    .map(({ id }) => {
      const state = states.find(({ skillId }) => skillId === id) ?? null;
      const { level, probability, observations, decayedProbability } = skillMasteryOf(
        { userId: viewer.id, skillId: id },
        state,
        context.now(),
      );
      const isDefault = id === subject.defaultSkillId;
      return { id, level, probability: decayedProbability ?? probability, observations, isDefault };
    });
  return subjectMasteryOf(standing);
}

/** What an attempt of the viewer's changed; null for others' attempts and before it is graded. */
export async function listMasteryChanges(
  context: Context,
  attemptId: string,
): Promise<MasteryChange[] | null> {
  const changes = await context.mastery.changesOf(attemptId);
  const isOwn = changes.length > 0 && changes.every(({ userId }) => userId === context.viewer?.id);
  return isOwn ? changes : null;
}

/** What the viewer would score in a quiz: the mean over its skills; null when none of them was practised. */
export async function predictScore(
  context: Context,
  quizId: string,
): Promise<{ expectedFraction: number; low: number; high: number } | null> {
  const { viewer } = context;
  const quiz = await context.catalog.findQuiz(quizId);
  if (!viewer || !quiz || (quiz.ownerId !== viewer.id && !quiz.isPublic)) return null;
  const states = await context.mastery.statesOf(viewer.id);
  const subject = await context.catalog.findSubject(quiz.subjectId);
  const skillIds = quiz.skillIds.length > 0 ? quiz.skillIds : [subject?.defaultSkillId];
  const practised = states.filter(
    ({ skillId, observations }) => observations > 0 && skillIds.includes(skillId),
  );
  if (practised.length === 0) return null;
  const views = practised.map((state) =>
    skillMasteryOf({ userId: viewer.id, skillId: state.skillId }, state, context.now()),
  );
  const mean = (pick: (view: SkillMasteryView) => number) =>
    views.reduce((total, view) => total + pick(view), 0) / views.length;
  return {
    expectedFraction: mean((view) => view.decayedProbability ?? view.probability),
    low: mean(({ confidenceLow }) => confidenceLow),
    high: mean(({ confidenceHigh }) => confidenceHigh),
  };
}
