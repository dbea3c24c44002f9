import type { ActivityDay, StudyDatabase } from '@studymate/database/study';
import type { StudyDay } from '@studymate/runtime';
import DataLoader from 'dataloader';

export interface SubjectDay {
  readonly userId: string;
  readonly subjectId: string;
  readonly day: StudyDay;
}

export interface DayEffortRow {
  readonly day: StudyDay;
  readonly focusSeconds: number;
  readonly sessions: number;
  readonly reviews: number;
  readonly correctReviews: number;
  readonly matureReviews: number;
  readonly matureCorrect: number;
  readonly newCards: number;
  readonly quizzes: number;
  readonly masteredSkills: number;
  readonly timedReviews: number;
  readonly reviewMs: bigint;
}

const effortFields = {
  focusSeconds: true,
  sessions: true,
  reviews: true,
  correctReviews: true,
  matureReviews: true,
  matureCorrect: true,
  newCards: true,
  quizzes: true,
  masteredSkills: true,
  timedReviews: true,
  reviewMs: true,
} as const;

export interface EffortQuery {
  readonly userId: string;
  readonly subjectId?: string | null;
  readonly from?: StudyDay;
  readonly to?: StudyDay;
}

/** What was done on which study day: a projection of the logs, read by streaks, goals, statistics and progress. */
export function createActivityRepository(database: StudyDatabase) {
  const ofSubjects = new DataLoader<string, readonly ActivityDay[]>(async (subjectIds) => {
    const rows = await database.activityDay.findMany({ where: { subjectId: { in: [...subjectIds] } } });
    return subjectIds.map((id) => rows.filter(({ subjectId }) => subjectId === id));
  });

  const lastActivity = new DataLoader<string, Date | null>(async (subjectIds) => {
    const rows = await database.$queryRaw<{ subjectId: string; at: Date }[]>`
      select "subjectId", max("at") as "at" from (
        select "subjectId", max("reviewedAt") as "at" from "ReviewLog"
        where "subjectId" = any(${[...subjectIds]}) and "undoneAt" is null group by "subjectId"
        union all select "subjectId", max("lastSeenAt") from "StudySession"
        where "subjectId" = any(${[...subjectIds]}) group by "subjectId"
        union all select "subjectId", max("gradedAt") from "QuizResult"
        where "subjectId" = any(${[...subjectIds]}) group by "subjectId"
      ) as seen group by "subjectId"`;
    const found = new Map(rows.map(({ subjectId, at }) => [subjectId, at]));
    return subjectIds.map((id) => found.get(id) ?? null);
  });

  return {
    /** When the subject was last studied: a review, a session or a quiz. */
    lastActivityOf: (subjectId: string) => lastActivity.load(subjectId),

    /** A learner's rows of all subjects from a study day on. */
    listRows: (userId: string, from: StudyDay): Promise<ActivityDay[]> =>
      database.activityDay.findMany({ where: { userId, studyDay: { gte: from } } }),

    ofSubject: (subjectId: string) => ofSubjects.load(subjectId),

    /** One row per study day with activity, over all subjects or one, oldest first. */
    listEfforts: async ({ userId, subjectId, from, to }: EffortQuery): Promise<DayEffortRow[]> => {
      const groups = await database.activityDay.groupBy({
        by: ['studyDay'],
        where: {
          userId,
          ...(subjectId ? { subjectId } : {}),
          studyDay: { ...(from ? { gte: from } : {}), ...(to ? { lte: to } : {}) },
        },
        _sum: effortFields,
        orderBy: { studyDay: 'asc' },
      });
      return groups.map(({ studyDay, _sum: sum }) => ({
        day: studyDay,
        focusSeconds: sum.focusSeconds ?? 0,
        sessions: sum.sessions ?? 0,
        reviews: sum.reviews ?? 0,
        correctReviews: sum.correctReviews ?? 0,
        matureReviews: sum.matureReviews ?? 0,
        matureCorrect: sum.matureCorrect ?? 0,
        newCards: sum.newCards ?? 0,
        quizzes: sum.quizzes ?? 0,
        masteredSkills: sum.masteredSkills ?? 0,
        timedReviews: sum.timedReviews ?? 0,
        reviewMs: sum.reviewMs ?? 0n,
      }));
    },

    /** The local hour with the most reviews from a study day on; null without reviews. */
    findBusiestHour: async (
      userId: string,
      timeZone: string,
      from: StudyDay | null,
    ): Promise<number | null> => {
      const [row] = await database.$queryRaw<{ hour: number }[]>`
        select extract(hour from "reviewedAt" at time zone ${timeZone})::int as hour from "ReviewLog"
        where "userId" = ${userId} and "undoneAt" is null and "studyDay" >= ${from ?? ''}
        group by 1 order by count(*) desc, 1 limit 1`;
      return row?.hour ?? null;
    },

    /** Counts a learner's study day in a subject anew from the logs. The learner is to be locked. */
    recount: async ({ userId, subjectId, day }: SubjectDay): Promise<void> => {
      await database.$executeRaw`
        with reviewed as (
          select count(*) as reviews,
            count(*) filter (where "grade" <> 'AGAIN') as correct,
            count(*) filter (where "stateBefore" = 'REVIEW') as mature,
            count(*) filter (where "stateBefore" = 'REVIEW' and "grade" <> 'AGAIN') as mature_correct,
            count(*) filter (where "stateBefore" = 'NEW') as new_cards,
            count("durationMs") as timed, coalesce(sum("durationMs"), 0) as ms, coalesce(sum("credit"), 0) as credit
          from "ReviewLog"
          where "userId" = ${userId} and "studyDay" = ${day} and "subjectId" = ${subjectId} and "undoneAt" is null
        ), focused as (
          select coalesce(sum("focusSeconds"), 0) as seconds, count(*) as sessions from "SessionDay"
          where "userId" = ${userId} and "subjectId" = ${subjectId} and "studyDay" = ${day}
        ), quizzed as (
          select count(*) as quizzes from "QuizResult"
          where "userId" = ${userId} and "subjectId" = ${subjectId} and "studyDay" = ${day}
        ), levelled as (
          select count(*) filter (where "after" = 'MASTERED') as mastered, coalesce(sum("credit"), 0) as credit
          from "SkillLevelChange"
          where "subjectId" = ${subjectId} and "studyDay" = ${day} and "userId" = ${userId}
        ), made as (
          select (select count(*) from "Card" where "subjectId" = ${subjectId} and "createdDay" = ${day})
            + (select count(*) from "Skill" where "subjectId" = ${subjectId} and "createdDay" = ${day}) as units
        )
        insert into "ActivityDay" ("userId", "subjectId", "studyDay", "focusSeconds", "sessions", "reviews",
          "correctReviews", "matureReviews", "matureCorrect", "newCards", "timedReviews", "reviewMs", "quizzes",
          "masteredSkills", "credit", "units")
        select ${userId}, ${subjectId}, ${day}, seconds, sessions, reviews, correct, mature, mature_correct,
          new_cards, timed, ms, quizzes, mastered, reviewed.credit + levelled.credit, units
        from reviewed, focused, quizzed, levelled, made
        on conflict ("userId", "subjectId", "studyDay") do update set
          "focusSeconds" = excluded."focusSeconds", "sessions" = excluded."sessions",
          "reviews" = excluded."reviews", "correctReviews" = excluded."correctReviews",
          "matureReviews" = excluded."matureReviews", "matureCorrect" = excluded."matureCorrect",
          "newCards" = excluded."newCards", "timedReviews" = excluded."timedReviews",
          "reviewMs" = excluded."reviewMs", "quizzes" = excluded."quizzes",
          "masteredSkills" = excluded."masteredSkills", "credit" = excluded."credit", "units" = excluded."units"`;
    },
  };
}

export type ActivityRepository = ReturnType<typeof createActivityRepository>;
