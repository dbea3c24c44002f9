import { newId, notFound, wrongState } from '@studymate/contracts';
import type { SessionTechnique, StudySession, StudySessionStatus, Subject } from '@studymate/database/study';
import {
  onceByKey,
  type PageArguments,
  parseInput,
  parsePage,
  requireViewer,
  toConnection,
} from '@studymate/subgraph-kit';
import { z } from 'zod';
import type { Context } from '../context.ts';
import type { StudySessionPage } from '../counted-page.ts';
import { createdKeyOf } from '../keyset.ts';
import { getSubject } from '../subject/subject.service.ts';
import { clockOfViewer } from '../user/learner-clock.ts';
import { type IntervalKind, secondsOf } from './session-clock.ts';
import { abandonIdleSessionsOf, endSession, isRunning } from './session-end.ts';
import { sessionTopic } from './session-topic.ts';

const plannedSchema = z.int().min(1).max(720).nullable();
const notesSchema = z.string().max(20_000).nullable();
const ratingSchema = z.int().min(1).max(5).nullable();

/** The session, or null when it does not exist or is not the viewer's. */
export async function findSession(context: Context, id: string): Promise<StudySession | null> {
  const session = await context.sessions.find(id);
  return session && session.userId === context.viewer?.id ? session : null;
}

export async function getSession(context: Context, id: string): Promise<StudySession> {
  const session = await findSession(context, id);
  if (!session) throw notFound('StudySession');
  return session;
}

/** The running session of a learner, else the one paused last; null without one and for anybody else. */
export async function findActiveSession(context: Context, userId: string): Promise<StudySession | null> {
  if (context.viewer?.id !== userId) return null;
  const running = await context.sessions.listRunning(userId);
  return running.find((session) => isRunning(session, context.now())) ?? null;
}

export async function listSessionsOf(
  context: Context,
  subject: Subject,
  { status, ...page }: PageArguments & { readonly status?: StudySessionStatus | null | undefined },
): Promise<StudySessionPage> {
  const parsed = parsePage(page);
  const wanted = status ?? undefined;
  const rows = await context.sessions.listOf(subject.id, parsed, wanted);
  return {
    ...toConnection(rows, parsed, createdKeyOf),
    count: () => context.sessions.countOf(subject.id, wanted),
  };
}

/** Whole seconds that a session spent with focus, or in pauses, up to now. */
export const countSeconds = async (
  context: Context,
  session: StudySession,
  kind: IntervalKind,
): Promise<number> => secondsOf(kind, await context.sessions.intervalsOf(session.id), context.now());

export interface SessionStart {
  readonly subjectId: string;
  readonly plannedMinutes?: number | null | undefined;
  readonly technique?: SessionTechnique | null | undefined;
  readonly idempotencyKey: string;
}

async function beginSession(
  context: Context,
  input: { subjectId: string; plannedMinutes: number | null; technique: SessionTechnique },
): Promise<StudySession> {
  const { id: userId } = requireViewer(context);
  const subject = await getSubject(context, input.subjectId);
  await context.learners.lock(userId);
  const active = (await context.sessions.listRunning(userId)).find(({ status }) => status === 'ACTIVE');
  if (active)
    throw wrongState('A study session is running already.', 'ACTIVE', ['PAUSED', 'COMPLETED', 'ABANDONED']);
  const now = context.now();
  const times = { startedAt: now, lastSeenAt: now, createdAt: now };
  return context.sessions.create({
    id: newId('StudySession'),
    userId,
    status: 'ACTIVE',
    ...times,
    ...input,
    subjectId: subject.id,
  });
}

/** Starts the clock of a new session, once per key; throws STATE while another session of the viewer runs. */
export async function startSession(
  context: Context,
  { idempotencyKey, ...input }: SessionStart,
): Promise<StudySession> {
  const clock = clockOfViewer(requireViewer(context));
  await abandonIdleSessionsOf(context, clock);
  const body = {
    subjectId: input.subjectId,
    plannedMinutes: parseInput(plannedSchema, 'plannedMinutes', input.plannedMinutes ?? null),
    technique: input.technique ?? 'FREE',
  } as const;
  return onceByKey(
    context,
    { mutation: 'startStudySession', key: idempotencyKey, body },
    { run: (inner) => beginSession(inner, body), replay: getSession },
  );
}

/** Runs a change of one of the viewer's sessions with the learner locked and idle sessions out of the way. */
async function changeSession(
  context: Context,
  id: string,
  change: (inner: Context, session: StudySession) => Promise<StudySession>,
): Promise<StudySession> {
  const clock = clockOfViewer(requireViewer(context));
  await getSession(context, id);
  await abandonIdleSessionsOf(context, clock);
  return context.transaction(async (inner) => {
    await inner.learners.lock(clock.userId);
    return change(inner, await getSession(inner, id));
  });
}

const runningStates = ['ACTIVE', 'PAUSED'];

/** Stops the clock; a paused session stays as it is. */
export const pauseSession = (context: Context, id: string): Promise<StudySession> =>
  changeSession(context, id, async (inner, session) => {
    if (session.status === 'PAUSED') return session;
    if (session.status !== 'ACTIVE') throw wrongState('The session is over.', session.status, runningStates);
    const now = inner.now();
    await inner.sessions.switchInterval(id, now, 'PAUSE');
    inner.changes.announce(sessionTopic(id));
    return inner.sessions.update(id, { status: 'PAUSED', lastSeenAt: now });
  });

/** Lets the clock run on; a running session stays as it is. Throws STATE while another session runs. */
export const resumeSession = (context: Context, id: string): Promise<StudySession> =>
  changeSession(context, id, async (inner, session) => {
    if (session.status === 'ACTIVE') return session;
    if (session.status !== 'PAUSED') throw wrongState('The session is over.', session.status, runningStates);
    const running = await inner.sessions.listRunning(session.userId);
    if (running.some(({ status }) => status === 'ACTIVE')) {
      throw wrongState('Another study session is running.', session.status, runningStates);
    }
    const now = inner.now();
    await inner.sessions.switchInterval(id, now, 'FOCUS');
    inner.changes.announce(sessionTopic(id));
    return inner.sessions.update(id, { status: 'ACTIVE', lastSeenAt: now });
  });

/** Notes that the learner is still there. */
export const touchSession = (context: Context, id: string): Promise<StudySession> =>
  changeSession(context, id, async (inner, session) => {
    if (!runningStates.includes(session.status)) {
      throw wrongState('The session is over.', session.status, runningStates);
    }
    await inner.sessions.touch(id, inner.now());
    return getSession(inner, id);
  });

export interface SessionFinish {
  readonly id: string;
  readonly notes?: string | null | undefined;
  readonly focusRating?: number | null | undefined;
}

/** Ends a session now; a finished session stays as it is. Throws STATE for an abandoned one. */
export async function finishSession(
  context: Context,
  { id, ...input }: SessionFinish,
): Promise<StudySession> {
  const notes = parseInput(notesSchema, 'notes', input.notes ?? null);
  const focusRating = parseInput(ratingSchema, 'focusRating', input.focusRating ?? null);
  const clock = clockOfViewer(requireViewer(context));
  return changeSession(context, id, async (inner, session) => {
    if (session.status === 'COMPLETED') return session;
    if (session.status === 'ABANDONED')
      throw wrongState('The session was abandoned.', session.status, runningStates);
    return endSession(inner, session, {
      clock,
      status: 'COMPLETED',
      endedAt: inner.now(),
      notes,
      focusRating,
    });
  });
}
