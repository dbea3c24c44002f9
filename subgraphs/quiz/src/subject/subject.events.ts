import type { EventPayload } from '@studymate/contracts';
import type { Context } from '../context.ts';

/** Remembers a subject, so that quizzes can be written for it and shown to its owner. */
export async function rememberSubject(
  context: Context,
  { subjectId, ownerId, title, defaultSkillId }: EventPayload<'study.subject.created'>,
): Promise<void> {
  await context.subjects.save({ id: subjectId, ownerId, title, defaultSkillId });
}

/** Remembers a skill, so that questions can name it. */
export async function rememberSkill(
  context: Context,
  { skillId, subjectId, ownerId, title }: EventPayload<'study.skill.created'>,
): Promise<void> {
  await context.subjects.saveSkill({ id: skillId, subjectId, ownerId, title });
}
