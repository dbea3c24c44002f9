import { conflict, newId, notFound, quotaExceeded } from '@studymate/contracts';
import type { Prisma, Subject } from '@studymate/database/study';
import {
  onceByKey,
  type PageArguments,
  parseInput,
  parsePage,
  requireViewer,
  toConnection,
} from '@studymate/subgraph-kit';
import { z } from 'zod';
import { recountDays } from '../activity/recount-days.ts';
import type { Context } from '../context.ts';
import type { SubjectPage } from '../counted-page.ts';
import { createdKeyOf } from '../keyset.ts';
import { ownOrNull, requireOwn } from '../ownership.policy.ts';
import { clockOfViewer, dayOf } from '../user/learner-clock.ts';
import type { SubjectFilter } from './subject.repository.ts';

const maxSubjects = 500;
/** The code of the skill that every subject begins with. */
export const generalSkillCode = 'general';

export const titleSchema = z.string().trim().min(1).max(120);
const descriptionSchema = z.string().max(20_000);
const colorSchema = z.string().regex(/^#[0-9a-fA-F]{6}$/, 'is not a colour such as #3366cc');

/** The subject, or null when it does not exist or is not the viewer's. */
export const findSubject = async (context: Context, id: string): Promise<Subject | null> =>
  ownOrNull(context.viewer, await context.subjects.find(id));

/** The viewer's subject; throws NOT_FOUND. */
export const getSubject = async (context: Context, id: string): Promise<Subject> =>
  requireOwn(context.viewer, await context.subjects.find(id), 'Subject');

/** The subject that a row of this subgraph belongs to. */
export async function getSubjectOf(context: Context, { subjectId }: { subjectId: string }): Promise<Subject> {
  const subject = await context.subjects.find(subjectId);
  if (!subject) throw notFound('Subject');
  return subject;
}

/** A learner's subjects, newest first; null for anybody else. */
export async function listSubjectsOf(
  context: Context,
  ownerId: string,
  { filter = {}, ...page }: PageArguments & { readonly filter?: SubjectFilter },
): Promise<SubjectPage | null> {
  if (context.viewer?.id !== ownerId) return null;
  const parsed = parsePage(page);
  const rows = await context.subjects.listOwnedBy(ownerId, parsed, filter);
  return {
    ...toConnection(rows, parsed, createdKeyOf),
    count: () => context.subjects.countOwnedBy(ownerId, filter),
  };
}

/** The viewer's own subjects, newest first. */
export async function listSubjects(
  context: Context,
  { filter, ...page }: PageArguments & { readonly filter?: SubjectFilter | null | undefined },
): Promise<SubjectPage> {
  const subjects = await listSubjectsOf(context, requireViewer(context).id, {
    ...page,
    filter: filter ?? {},
  });
  if (!subjects) throw notFound('User');
  return subjects;
}

export interface NewSubject {
  readonly title: string;
  readonly description?: string | null | undefined;
  readonly color?: string | null | undefined;
  readonly idempotencyKey: string;
}

const parseOptional = <T extends z.ZodType>(schema: T, path: string, value: unknown): z.output<T> | null =>
  value === null || value === undefined ? null : parseInput(schema, path, value);

/** Writes a subject with its general skill and tells the world. */
export async function writeSubject(
  context: Context,
  {
    defaultSkillId = newId('Skill'),
    ...subject
  }: Prisma.SubjectCreateInput & { readonly defaultSkillId?: string },
): Promise<Subject> {
  const clock = clockOfViewer(requireViewer(context));
  const today = dayOf(clock, context.now());
  await context.learners.lock(clock.userId);
  const used = await context.subjects.countOwnedBy(clock.userId);
  if (used >= maxSubjects) throw quotaExceeded('subjects', { limit: maxSubjects, used });
  const row = await context.subjects.create(subject);
  await context.changes.entity('Subject', row.id);
  const skill = await context.skills.create({
    id: defaultSkillId,
    subjectId: row.id,
    ownerId: row.ownerId,
    code: generalSkillCode,
    title: row.title,
    createdAt: row.createdAt,
    createdDay: today,
  });
  await recountDays(context, { clock, subjectId: row.id, days: [today] });
  await context.events.publish('study.subject.created', {
    subjectId: row.id,
    ownerId: row.ownerId,
    title: row.title,
    defaultSkillId: skill.id,
  });
  return row;
}

/** Creates a subject with its general skill, once per key. */
export async function createSubject(
  context: Context,
  { idempotencyKey, ...input }: NewSubject,
): Promise<Subject> {
  const viewer = requireViewer(context);
  const subject = {
    title: parseInput(titleSchema, 'title', input.title),
    description: parseOptional(descriptionSchema, 'description', input.description),
    color: parseOptional(colorSchema, 'color', input.color),
  };
  return onceByKey(
    context,
    { mutation: 'createSubject', key: idempotencyKey, body: subject },
    {
      run: (inner) =>
        writeSubject(inner, {
          id: newId('Subject'),
          ownerId: viewer.id,
          createdAt: context.now(),
          ...subject,
        }),
      replay: getSubject,
    },
  );
}

export interface SubjectChange {
  readonly id: string;
  readonly title?: string | null | undefined;
  readonly description?: string | null | undefined;
  readonly color?: string | null | undefined;
  readonly archived?: boolean | null | undefined;
  readonly expectedVersion: number;
}

/** Changes what is given; throws CONFLICT with the current version when somebody was faster. */
export async function updateSubject(context: Context, change: SubjectChange): Promise<Subject> {
  const subject = await getSubject(context, change.id);
  const { title, description, color, archived } = change;
  const updated = await context.subjects.update(subject.id, change.expectedVersion, {
    ...(title === undefined || title === null ? {} : { title: parseInput(titleSchema, 'title', title) }),
    ...(description === undefined
      ? {}
      : { description: parseOptional(descriptionSchema, 'description', description) }),
    ...(color === undefined ? {} : { color: parseOptional(colorSchema, 'color', color) }),
    ...(archived === true ? { archivedAt: subject.archivedAt ?? context.now() } : {}),
    ...(archived === false ? { archivedAt: null } : {}),
  });
  if (updated) {
    await context.changes.entity('Subject', updated.id);
    return updated;
  }
  const current = await getSubject(context, change.id);
  throw conflict('The subject has changed in the meantime.', current.version);
}
