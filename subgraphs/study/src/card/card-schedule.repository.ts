import type { Card, StudyDatabase } from '@studymate/database/study';

/** The columns of a card that follow from its log. */
export type CardScheduleRow = Pick<
  Card,
  | 'id'
  | 'state'
  | 'step'
  | 'due'
  | 'stability'
  | 'difficulty'
  | 'reps'
  | 'lapses'
  | 'scheduledDays'
  | 'lastReviewedAt'
  | 'lastStudyDay'
  | 'presetVersion'
  | 'leech'
>;

const instants = (dates: readonly (Date | null)[]) => dates.map((date) => date?.toISOString() ?? null);

/** Writes the schedules of many cards in one statement. */
export async function writeSchedules(
  database: StudyDatabase,
  rows: readonly CardScheduleRow[],
): Promise<void> {
  const list = <Column extends keyof CardScheduleRow>(column: Column) => rows.map((row) => row[column]);
  await database.$executeRaw`
    update "Card" set "state" = new."state"::"CardState", "step" = new."step", "due" = new."due",
      "stability" = new."stability", "difficulty" = new."difficulty", "reps" = new."reps", "lapses" = new."lapses",
      "scheduledDays" = new."days", "lastReviewedAt" = new."reviewedAt", "lastStudyDay" = new."studyDay",
      "presetVersion" = new."version", "leech" = new."leech"
    from unnest(${list('id')}::text[], ${list('state')}::text[], ${list('step')}::int[],
      ${instants(list('due'))}::text[]::timestamptz[], ${list('stability')}::float8[], ${list('difficulty')}::float8[],
      ${list('reps')}::int[], ${list('lapses')}::int[], ${list('scheduledDays')}::int[],
      ${instants(list('lastReviewedAt'))}::text[]::timestamptz[], ${list('lastStudyDay')}::text[],
      ${list('presetVersion')}::int[], ${list('leech')}::bool[]
    ) as new("id", "state", "step", "due", "stability", "difficulty", "reps", "lapses", "days", "reviewedAt",
      "studyDay", "version", "leech")
    where "Card"."id" = new."id"`;
}
