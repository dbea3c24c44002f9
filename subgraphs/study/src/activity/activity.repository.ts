import { nothing, type ReadTogether, sql } from '@studymate/database';
import type { ActivityDay, StudyDatabase } from '@studymate/database/study';
import type { StudyDay } from '@studymate/runtime';
import DataLoader from 'dataloader';

export interface SubjectDays {
  readonly userId: string;
  readonly subjectId: string;
  readonly days: readonly StudyDay[];
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
  readonly reviewMs: number;
}

/** What one learner did in one subject on one study day, as far as progress depends on it. */
export type SubjectDay = Pick<ActivityDay, 'userId' | 'studyDay' | 'focusSeconds' | 'credit' | 'units'>;

export interface EffortQuery {
  readonly userId: string;
  readonly subjectId?: string | null;
  readonly from?: StudyDay;
  readonly to?: StudyDay;
}

async function recountDays(database: StudyDatabase, { userId, subjectId, days }: SubjectDays): Promise<void> {
  await database.$executeRaw`
    with asked as (select * from unnest(${days}::text[]) as asked("day")), reviewed as (
      select "studyDay" as "day", count(*) as "reviews",
        count(*) filter (where "grade" <> 'AGAIN') as "correct",
        count(*) filter (where "stateBefore" = 'REVIEW') as "mature",
        count(*) filter (where "stateBefore" = 'REVIEW' and "grade" <> 'AGAIN') as "matureCorrect",
        count(*) filter (where "stateBefore" = 'NEW') as "newCards",
        count("durationMs") as "timed", sum("durationMs") as "ms", sum("credit") as "credit"
      from "ReviewLog" where "userId" = ${userId} and "studyDay" = any(${days}::text[])
        and "subjectId" = ${subjectId} and "undoneAt" is null group by 1
    ), focused as (
      select "studyDay" as "day", sum("focusSeconds") as "seconds", count(*) as "sessions" from "SessionDay"
      where "userId" = ${userId} and "subjectId" = ${subjectId} and "studyDay" = any(${days}::text[]) group by 1
    ), quizzed as (
      select "studyDay" as "day", count(*) as "quizzes" from "QuizResult"
      where "userId" = ${userId} and "subjectId" = ${subjectId} and "studyDay" = any(${days}::text[]) group by 1
    ), levelled as (
      select "studyDay" as "day", count(*) filter (where "after" = 'MASTERED') as "mastered", sum("credit") as "credit"
      from "SkillLevelChange"
      where "subjectId" = ${subjectId} and "studyDay" = any(${days}::text[]) and "userId" = ${userId} group by 1
    ), made as (
      select "createdDay" as "day", count(*) as "units" from (
        select "createdDay" from "Card" where "subjectId" = ${subjectId} and "createdDay" = any(${days}::text[])
        union all
        select "createdDay" from "Skill" where "subjectId" = ${subjectId} and "createdDay" = any(${days}::text[])
      ) as unit group by 1
    )
    insert into "ActivityDay" ("userId", "subjectId", "studyDay", "focusSeconds", "sessions", "reviews",
      "correctReviews", "matureReviews", "matureCorrect", "newCards", "timedReviews", "reviewMs", "quizzes",
      "masteredSkills", "credit", "units")
    select ${userId}, ${subjectId}, asked."day", coalesce("seconds", 0), coalesce("sessions", 0),
      coalesce("reviews", 0), coalesce("correct", 0), coalesce("mature", 0), coalesce("matureCorrect", 0),
      coalesce("newCards", 0), coalesce("timed", 0), coalesce("ms", 0), coalesce("quizzes", 0),
      coalesce("mastered", 0), coalesce(reviewed."credit", 0) + coalesce(levelled."credit", 0), coalesce("units", 0)
    from asked left join reviewed using ("day") left join focused using ("day") left join quizzed using ("day")
      left join levelled using ("day") left join made using ("day")
    on conflict ("userId", "subjectId", "studyDay") do update set
      "focusSeconds" = excluded."focusSeconds", "sessions" = excluded."sessions", "reviews" = excluded."reviews",
      "correctReviews" = excluded."correctReviews", "matureReviews" = excluded."matureReviews",
      "matureCorrect" = excluded."matureCorrect", "newCards" = excluded."newCards",
      "timedReviews" = excluded."timedReviews", "reviewMs" = excluded."reviewMs", "quizzes" = excluded."quizzes",
      "masteredSkills" = excluded."masteredSkills", "credit" = excluded."credit", "units" = excluded."units"`;
}

/** How many of the latest reviews tell the busiest hour. */
const busiestOf = 10_000;

/** What was done on which study day: a projection of the logs, read by streaks, goals, statistics and progress. */
export function createActivityRepository(database: StudyDatabase, read: ReadTogether) {
  const ofSubjects = new DataLoader<string, readonly SubjectDay[]>(async (subjectIds) => {
    const rows = await read<SubjectDay & { readonly subjectId: string }>(sql`
      select "subjectId", "userId", "studyDay", "focusSeconds", "credit", "units" from "ActivityDay"
      where "subjectId" = any(${subjectIds})`);
    return subjectIds.map((id) => rows.filter(({ subjectId }) => subjectId === id));
  });

  const lastActivity = new DataLoader<string, Date | null>(async (subjectIds) => {
    const seen = sql`
      select "subjectId", max("at") as "at" from (
        select "subjectId", max("lastReviewedAt") as "at" from "Card"
        where "subjectId" = any(${subjectIds}) group by "subjectId"
        union all select "subjectId", max("lastSeenAt") from "StudySession"
        where "subjectId" = any(${subjectIds}) group by "subjectId"
        union all select result."subjectId", max("gradedAt") from "QuizResult" result
        join "Subject" subject on subject."id" = result."subjectId" and subject."ownerId" = result."userId"
        where subject."id" = any(${subjectIds}) group by result."subjectId"
      ) as seen group by "subjectId"`;
    const rows = await read<{ subjectId: string; at: Date }>(seen, ['at']);
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
    listEfforts: ({ userId, subjectId, from, to }: EffortQuery): Promise<DayEffortRow[]> =>
      read<DayEffortRow>(sql`
        select "studyDay" as "day", sum("focusSeconds") as "focusSeconds", sum("sessions") as "sessions",
          sum("reviews") as "reviews", sum("correctReviews") as "correctReviews",
          sum("matureReviews") as "matureReviews", sum("matureCorrect") as "matureCorrect",
          sum("newCards") as "newCards", sum("quizzes") as "quizzes", sum("masteredSkills") as "masteredSkills",
          sum("timedReviews") as "timedReviews", sum("reviewMs") as "reviewMs"
        from "ActivityDay" where "userId" = ${userId}
          ${subjectId ? sql`and "subjectId" = ${subjectId}` : nothing}
          ${from ? sql`and "studyDay" >= ${from}` : nothing} ${to ? sql`and "studyDay" <= ${to}` : nothing}
        group by "studyDay" order by "studyDay"`),

    /** The local hour with the most of the latest reviews from a study day on; null without reviews. */
    findBusiestHour: async (
      userId: string,
      timeZone: string,
      from: StudyDay | null,
    ): Promise<number | null> => {
      const [row] = await read<{ hour: number }>(sql`
        select extract(hour from "reviewedAt" at time zone ${timeZone})::int as hour from (
          select "reviewedAt" from "ReviewLog"
          where "userId" = ${userId} and "undoneAt" is null and "studyDay" >= ${from ?? ''}
          order by "studyDay" desc, "reviewedAt" desc limit ${busiestOf}
        ) as latest group by 1 order by count(*) desc, 1 limit 1`);
      return row?.hour ?? null;
    },

    /** Counts a learner's study days in a subject anew from the logs. The learner is to be locked. */
    recount: (days: SubjectDays) => recountDays(database, days),
  };
}

export type ActivityRepository = ReturnType<typeof createActivityRepository>;
