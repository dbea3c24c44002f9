import { conflict, invalidInput, newId, notFound, quotaExceeded } from '@studymate/contracts';
import type { Skill, Subject } from '@studymate/database/study';
import {
  type PageArguments,
  parseInput,
  parsePage,
  requireViewer,
  toConnection,
} from '@studymate/subgraph-kit';
import { z } from 'zod';
import { recountDays } from '../activity/recount-days.ts';
import type { Context } from '../context.ts';
import type { SkillPage } from '../counted-page.ts';
import { createdKeyOf } from '../keyset.ts';
import { ownOrNull, requireOwn } from '../ownership.policy.ts';
import { getSubject, titleSchema } from '../subject/subject.service.ts';
import { clockOfViewer, dayOf } from '../user/learner-clock.ts';
import { wouldCircle } from './skill-graph.ts';

const maxSkillsPerSubject = 1_000;
const maxPrerequisites = 50;
const codeSchema = z
  .string()
  .trim()
  .max(60)
  .regex(/^[\p{L}\p{N}]+([._-][\p{L}\p{N}]+)*$/u, 'is not a code such as fractions.add');

/** The skill, or null when it does not exist or is not the viewer's. */
export const findSkill = async (context: Context, id: string): Promise<Skill | null> =>
  ownOrNull(context.viewer, await context.skills.find(id));

const getSkill = async (context: Context, id: string): Promise<Skill> =>
  requireOwn(context.viewer, await context.skills.find(id), 'Skill');

export async function listSkillsOf(
  context: Context,
  subject: Subject,
  page: PageArguments,
): Promise<SkillPage> {
  const parsed = parsePage(page, { fallback: 50 });
  const rows = await context.skills.listOf(subject.id, parsed);
  return { ...toConnection(rows, parsed, createdKeyOf), count: () => context.skills.countOf(subject.id) };
}

/** Checks that the ids are skills of the subject; throws NOT_FOUND otherwise. Answers each once, sorted. */
async function parsePrerequisites(
  context: Context,
  subject: Subject,
  ids: readonly string[],
): Promise<readonly string[]> {
  const wanted = [...new Set(ids)].toSorted();
  if (wanted.length > maxPrerequisites) {
    throw invalidInput(['prerequisiteIds'], `prerequisiteIds: at most ${maxPrerequisites}`, 'too_big');
  }
  const found = await context.skills.listByIds(wanted);
  if (wanted.some((id) => found.find((skill) => skill.id === id)?.subjectId !== subject.id))
    throw notFound('Skill');
  return wanted;
}

const sameIds = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((id, index) => id === other[index]);

export interface NewSkill {
  readonly subjectId: string;
  readonly code: string;
  readonly title: string;
  readonly prerequisiteIds?: readonly string[] | null | undefined;
}

/** Answers the skill when it is there already, alike in everything; throws CONFLICT when only the code is. */
async function replaySkill(
  context: Context,
  existing: Skill,
  { title, prerequisiteIds }: { title: string; prerequisiteIds: readonly string[] },
): Promise<Skill> {
  const known = (await context.skills.prerequisitesOf(existing.id)).map(({ id }) => id).toSorted();
  if (existing.title === title && sameIds(known, prerequisiteIds)) return existing;
  throw conflict(`The subject has another skill with the code ${existing.code}.`);
}

export async function createSkill(context: Context, input: NewSkill): Promise<Skill> {
  const code = parseInput(codeSchema, 'code', input.code);
  const title = parseInput(titleSchema, 'title', input.title);
  const clock = clockOfViewer(requireViewer(context));
  return context.transaction(async (inner) => {
    const subject = await getSubject(inner, input.subjectId);
    await inner.learners.lock(clock.userId);
    await inner.subjects.lock(subject.id);
    const prerequisiteIds = await parsePrerequisites(inner, subject, input.prerequisiteIds ?? []);
    const existing = await inner.skills.findByCode(subject.id, code);
    if (existing) return replaySkill(inner, existing, { title, prerequisiteIds });
    const used = await inner.skills.countOf(subject.id);
    if (used >= maxSkillsPerSubject) throw quotaExceeded('skills', { limit: maxSkillsPerSubject, used });

    const now = inner.now();
    const row = { id: newId('Skill'), subjectId: subject.id, ownerId: subject.ownerId, code, title };
    const skill = await inner.skills.create({ ...row, createdAt: now, createdDay: dayOf(clock, now) });
    await inner.skills.setPrerequisites(skill.id, prerequisiteIds);
    await recountDays(inner, { clock, subjectId: subject.id, days: [skill.createdDay] });
    await publishSkill(inner, skill, prerequisiteIds);
    return skill;
  });
}

const publishSkill = (context: Context, skill: Skill, prerequisiteIds: readonly string[]): Promise<void> =>
  context.events.publish('study.skill.created', {
    skillId: skill.id,
    subjectId: skill.subjectId,
    ownerId: skill.ownerId,
    code: skill.code,
    title: skill.title,
    prerequisiteIds: [...prerequisiteIds],
  });

/** Replaces what a skill builds on; throws VALIDATION when it would build on itself. */
export async function setSkillPrerequisites(
  context: Context,
  { id, prerequisiteIds }: { readonly id: string; readonly prerequisiteIds: readonly string[] },
): Promise<Skill> {
  return context.transaction(async (inner) => {
    const skill = await getSkill(inner, id);
    await inner.subjects.lock(skill.subjectId);
    const subject = await getSubject(inner, skill.subjectId);
    const wanted = await parsePrerequisites(inner, subject, prerequisiteIds);
    const graph = new Map<string, string[]>();
    for (const link of await inner.skills.listLinks(subject.id)) {
      graph.set(link.skillId, [...(graph.get(link.skillId) ?? []), link.prerequisiteId]);
    }
    if (wouldCircle(graph, skill.id, wanted)) {
      throw invalidInput(['prerequisiteIds'], 'prerequisiteIds: the skill would build on itself', 'acyclic');
    }
    await inner.skills.setPrerequisites(skill.id, wanted);
    await publishSkill(inner, skill, wanted);
    return skill;
  });
}
