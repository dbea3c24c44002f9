import { invalidInput, notFound } from '@studymate/contracts';
import type { SubjectProjection } from '@studymate/database/quiz';
import { findDespiteLag, requireViewer } from '@studymate/subgraph-kit';
import type { Context } from '../context.ts';

/** A subject of the viewer; throws NOT_FOUND for anybody else's. */
export async function getOwnSubject(context: Context, id: string): Promise<SubjectProjection> {
  const viewer = requireViewer(context);
  const subject = await findDespiteLag(() => context.subjects.read(id), { id, now: context.now() });
  if (subject?.ownerId !== viewer.id) throw notFound('Subject');
  return subject;
}

/** The skills a question is to practise: the viewer's own, or without any the subject's default one. */
export async function ownSkillIds(
  context: Context,
  subjectId: string,
  skillIds: readonly string[],
): Promise<string[]> {
  const subject = await context.subjects.find(subjectId);
  if (skillIds.length === 0) return subject ? [subject.defaultSkillId] : [];
  await Promise.all(skillIds.map((id) => id === subject?.defaultSkillId || requireOwnSkill(context, id)));
  return [...new Set(skillIds)];
}

async function requireOwnSkill(context: Context, id: string): Promise<true> {
  const viewer = requireViewer(context);
  const skill = await findDespiteLag(() => context.subjects.readSkill(id), { id, now: context.now() });
  if (skill?.ownerId !== viewer.id)
    throw invalidInput(['input', 'skillIds'], 'skillIds: not a skill of yours');
  return true;
}
