import type { Subject } from '@studymate/database/study';
import { addDays, listDays } from '@studymate/runtime';
import type { Context } from '../context.ts';
import { retentionFormula } from '../review/schedule.ts';
import { findSubject } from '../subject/subject.service.ts';
import { clockOfViewer, dayOf } from '../user/learner-clock.ts';
import { completionRate, matureStabilityDays, type ProgressPoint, progressTrend } from './completion.ts';

const trendDays = 30;

/** How far the owner of a subject is in it; its id is the subject's. */
export interface ProgressView {
  readonly id: string;
  readonly subject: Subject;
  readonly completionRate: number;
  readonly lastActivityAt: Date | null;
  readonly studiedSeconds: number;
  readonly cardsMature: number;
  readonly cardsTotal: number;
  readonly estimatedRetention: number | null;
  readonly trend: readonly ProgressPoint[];
}

/** The progress of the viewer in their subject; null for anybody else. */
export async function findProgress(context: Context, subject: Subject): Promise<ProgressView | null> {
  const { viewer } = context;
  if (viewer?.id !== subject.ownerId) return null;
  const today = dayOf(clockOfViewer(viewer), context.now());
  const formula = { matureStability: matureStabilityDays, ...retentionFormula };
  const [rows, cards, lastActivityAt] = await Promise.all([
    context.activity.ofSubject(subject.id),
    context.cards.summarize(subject.id, today, formula),
    context.activity.lastActivityOf(subject.id),
  ]);
  // A public quiz of the subject is taken by others too; theirs is not this learner's progress.
  const own = rows.filter(({ userId }) => userId === viewer.id);
  const deltas = own.map(({ studyDay, focusSeconds, credit, units }) => ({
    day: studyDay,
    focusSeconds,
    credit,
    units,
  }));
  const sum = (figure: 'credit' | 'units' | 'focusSeconds') =>
    deltas.reduce((total, delta) => total + delta[figure], 0);
  return {
    id: subject.id,
    subject,
    completionRate: completionRate({ credit: sum('credit'), units: sum('units') }),
    lastActivityAt,
    studiedSeconds: sum('focusSeconds'),
    cardsMature: cards.mature,
    cardsTotal: cards.total,
    estimatedRetention: cards.retention,
    trend: progressTrend(deltas, listDays(addDays(today, 1 - trendDays), today)),
  };
}

/** The progress that goes by a subject's id, or null when the subject is not the viewer's. */
export async function findProgressById(context: Context, subjectId: string): Promise<ProgressView | null> {
  const subject = await findSubject(context, subjectId);
  return subject && findProgress(context, subject);
}
