import { isBelow, type MasteryLevel } from '../mastery/levels.ts';

/** One part of a score. `name` fills the gap in the reason's text. */
export interface ScoredReason {
  readonly code:
    | 'OVERDUE'
    | 'LOW_MASTERY'
    | 'PREREQUISITE_GAP'
    | 'HIGH_INFORMATION'
    | 'VARIETY'
    | 'TIME_FIT'
    | 'POPULAR_COLD_START';
  readonly contribution: number;
  readonly skillId: string | null;
  readonly name: string;
  readonly amount: number;
}

export type ActivityKind =
  | 'REVIEW_DUE'
  | 'FILL_PREREQUISITE'
  | 'STRENGTHEN_WEAK'
  | 'NEW_MATERIAL'
  | 'DIAGNOSTIC';

/** Something that could be done next. */
export interface Candidate {
  readonly kind: ActivityKind;
  readonly activityId: string;
  readonly subjectId: string;
  readonly estimatedMinutes: number;
  readonly reasons: readonly ScoredReason[];
}

export interface SnapshotSkill {
  readonly id: string;
  readonly subjectId: string;
  readonly title: string;
  readonly prerequisiteIds: readonly string[];
  readonly level: MasteryLevel;
  /** Of a right answer today. */
  readonly probability: number;
  readonly observations: number;
}

/** All that recommendations are made from, at one moment. */
export interface Snapshot {
  readonly isColdStart: boolean;
  readonly skills: readonly SnapshotSkill[];
  readonly quizzes: readonly {
    readonly id: string;
    readonly subjectId: string;
    readonly title: string;
    readonly questionCount: number;
    readonly skillIds: readonly string[];
    readonly bestFraction: number | null;
    readonly isOwn: boolean;
  }[];
  readonly decks: readonly {
    readonly id: string;
    readonly subjectId: string;
    readonly title: string;
    readonly dueCount: number;
    readonly overdueDays: number;
  }[];
  readonly materials: readonly {
    readonly id: string;
    readonly subjectId: string;
    readonly title: string;
    readonly charCount: number;
  }[];
}

const minutesPerQuestion = 0.75;
const minutesPerCard = 0.15;
const cardsPerSitting = 40;
const charactersPerMinute = 1_100;
const minutesPerSkill = 10;
const weakBelow = 0.75;
const masteredQuizFrom = 0.9;

const reason = (
  code: ScoredReason['code'],
  contribution: number,
  { skillId = null, name = '', amount = 0 }: Partial<ScoredReason> = {},
): ScoredReason => ({ code, contribution, skillId, name, amount });

/** Decks with cards that are due; the longer they have waited the better it is to review them now. */
export const reviewsDue = ({ decks }: Snapshot): Candidate[] =>
  decks
    .filter(({ dueCount }) => dueCount > 0)
    .map(({ id, subjectId, title, dueCount, overdueDays }) => ({
      kind: 'REVIEW_DUE',
      activityId: id,
      subjectId,
      estimatedMinutes: Math.ceil(Math.min(dueCount, cardsPerSitting) * minutesPerCard),
      reasons: [
        reason('OVERDUE', 0.6 + 0.4 * Math.min(1, dueCount / 30) + 0.3 * Math.min(1, overdueDays / 10), {
          name: title,
          amount: dueCount,
        }),
      ],
    }));

const quizFor = (snapshot: Snapshot, skillId: string) =>
  snapshot.quizzes.find(
    ({ skillIds, bestFraction }) => skillIds.includes(skillId) && (bestFraction ?? 0) < masteredQuizFrom,
  );

/** The way to practise a skill: a quiz on it that is not yet mastered, else the skill itself. */
function practiceOf(snapshot: Snapshot, skill: SnapshotSkill) {
  const quiz = quizFor(snapshot, skill.id);
  return quiz
    ? { activityId: quiz.id, estimatedMinutes: Math.ceil(quiz.questionCount * minutesPerQuestion) }
    : { activityId: skill.id, estimatedMinutes: minutesPerSkill };
}

/** Skills that others build on and that are not yet familiar. They come before everything else. */
export function prerequisiteGaps(snapshot: Snapshot): Candidate[] {
  const byId = new Map(snapshot.skills.map((skill) => [skill.id, skill]));
  return snapshot.skills.flatMap((dependent) =>
    dependent.prerequisiteIds.flatMap((id) => {
      const skill = byId.get(id);
      if (!skill || !isBelow(skill.level, 'FAMILIAR') || !isBelow(dependent.level, 'PROFICIENT')) return [];
      const why = reason('PREREQUISITE_GAP', 2 + (1 - skill.probability), {
        skillId: id,
        name: dependent.title,
      });
      return [
        {
          kind: 'FILL_PREREQUISITE' as const,
          subjectId: skill.subjectId,
          ...practiceOf(snapshot, skill),
          reasons: [why],
        },
      ];
    }),
  );
}

/** Practised skills that are weak today. */
export function weakSkills(snapshot: Snapshot): Candidate[] {
  return snapshot.skills
    .filter(({ observations, probability }) => observations > 0 && probability < weakBelow)
    .map((skill) => ({
      kind: 'STRENGTHEN_WEAK' as const,
      subjectId: skill.subjectId,
      ...practiceOf(snapshot, skill),
      reasons: [
        reason('LOW_MASTERY', 1.2 * (1 - skill.probability), {
          skillId: skill.id,
          name: skill.title,
          amount: Math.round(skill.probability * 100),
        }),
      ],
    }));
}

/** Quizzes never taken tell the most about what is known; to a newcomer those open to all are shown too. */
export const diagnostics = (snapshot: Snapshot): Candidate[] =>
  snapshot.quizzes
    .filter(({ bestFraction, isOwn }) => bestFraction === null && (isOwn || snapshot.isColdStart))
    .map(({ id, subjectId, title, questionCount, isOwn }) => ({
      kind: 'DIAGNOSTIC',
      activityId: id,
      subjectId,
      estimatedMinutes: Math.ceil(questionCount * minutesPerQuestion),
      reasons: [
        reason('HIGH_INFORMATION', 0.7, { name: title, amount: questionCount }),
        ...(isOwn ? [] : [reason('POPULAR_COLD_START', 0.1, { name: title })]),
      ],
    }));

/** Materials of subjects in which something is still to be learned. */
export function newMaterials({ materials, skills }: Snapshot): Candidate[] {
  const openSubjects = new Set(
    skills.filter(({ level }) => isBelow(level, 'MASTERED')).map(({ subjectId }) => subjectId),
  );
  return materials
    .filter(({ subjectId }) => openSubjects.has(subjectId))
    .map(({ id, subjectId, title, charCount }) => {
      const estimatedMinutes = Math.max(1, Math.ceil(charCount / charactersPerMinute));
      const fits = estimatedMinutes <= 15 ? [reason('TIME_FIT', 0.05, { amount: estimatedMinutes })] : [];
      return {
        kind: 'NEW_MATERIAL' as const,
        activityId: id,
        subjectId,
        estimatedMinutes,
        reasons: [reason('VARIETY', 0.3, { name: title }), ...fits],
      };
    });
}
