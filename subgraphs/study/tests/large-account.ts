import type { StudyDatabase } from '@studymate/database/study';

export interface AccountSize {
  readonly userId: string;
  readonly now: Date;
  readonly decks: number;
  readonly cards: number;
  readonly reviewsPerCard: number;
  /** The 21 weights of the account's only preset. */
  readonly parameters: readonly number[];
}

const id = (prefix: string, number: string) =>
  `'${prefix}_00000000-0000-7000-8000-' || lpad(to_hex(${number}), 12, '0')`;

/**
 * What each statement writes: a tenth of the cards are new, one in 250 is in a learning step that is over, one in
 * ten of the others is due or overdue, and every card has been reviewed as often as asked, over three years.
 */
const statementsOf = ({ userId, now, decks, cards, reviewsPerCard, parameters }: AccountSize): string[] => [
  `insert into "Subject" ("id", "ownerId", "title", "createdAt")
   select ${id('sub', 'n')}, '${userId}', 'Subject ' || n, timestamptz '${now.toISOString()}' - interval '3 years' + n * interval '1 hour'
   from generate_series(1, 10) n`,
  `insert into "SchedulerPreset" ("id", "ownerId", "name", "isDefault", "version", "desiredRetention", "parameters",
     "learningStepsMinutes", "relearningStepsMinutes", "maximumIntervalDays", "fuzz", "newPerDay", "reviewsPerDay",
     "leechThreshold", "createdAt")
   select ${id('pre', '1')}, '${userId}', 'Standard', true, 1, 0.9, '{${parameters.join()}}', '{1,10}', '{10}', 36500, false, 20, 200, 8, timestamptz '${now.toISOString()}'`,
  `insert into "PresetVersion" ("presetId", "version", "desiredRetention", "parameters", "learningStepsMinutes",
     "relearningStepsMinutes", "maximumIntervalDays", "fuzz", "leechThreshold", "createdAt")
   select "id", 1, 0.9, "parameters", '{1,10}', '{10}', 36500, false, 8, timestamptz '${now.toISOString()}' from "SchedulerPreset" where "ownerId" = '${userId}'`,
  `insert into "Deck" ("id", "subjectId", "ownerId", "title", "presetId", "createdAt")
   select ${id('dck', 'n')}, ${id('sub', '1 + n % 10')}, '${userId}', 'Deck ' || n, ${id('pre', '1')},
     timestamptz '${now.toISOString()}' - interval '3 years' + n * interval '1 minute' from generate_series(1, ${decks}) n`,
  `insert into "Card" ("id", "deckId", "subjectId", "ownerId", "noteId", "kind", "front", "back", "tags", "createdAt",
     "createdDay", "state", "due", "stability", "difficulty", "reps", "lapses", "scheduledDays", "lastReviewedAt",
     "lastStudyDay", "presetVersion")
   select ${id('crd', 'n')}, ${id('dck', `1 + n % ${decks}`)}, ${id('sub', `1 + (1 + n % ${decks}) % 10`)}, '${userId}', 'note ' || n % ${decks} || ':' || n / ${decks} / 2,
     'BASIC', 'Question ' || n, 'Answer ' || n, '{}', timestamptz '${now.toISOString()}' - interval '3 years' + n * interval '20 minutes',
     to_char(timestamptz '${now.toISOString()}' - interval '3 years' + n * interval '20 minutes', 'YYYY-MM-DD'), state::"CardState",
     case when state = 'NEW' then null when state = 'LEARNING' then timestamptz '${now.toISOString()}' - interval '1 minute'
       when n / 20 % 10 = 3 then timestamptz '${now.toISOString()}' - n % 30 * interval '1 day'
       else timestamptz '${now.toISOString()}' + (1 + n % 300) * interval '1 day' end,
     case when state <> 'NEW' then 1 + n % 200 end, case when state <> 'NEW' then 1 + n % 9 end,
     case when state = 'NEW' then 0 else ${reviewsPerCard} end, n % 7, case when state = 'REVIEW' then 1 + n % 200 else 0 end,
     case when state <> 'NEW' then timestamptz '${now.toISOString()}' - (1 + n % 200) * interval '1 day' end,
     case when state <> 'NEW' then to_char(timestamptz '${now.toISOString()}' - (1 + n % 200) * interval '1 day', 'YYYY-MM-DD') end,
     case when state <> 'NEW' then 1 end
   from (select n, case when n / 20 % 10 = 0 then 'NEW' when n / 20 % 250 = 1 then 'LEARNING' else 'REVIEW' end as state
     from generate_series(1, ${cards}) n) card`,
  `insert into "ReviewLog" ("id", "clientReviewId", "userId", "cardId", "deckId", "subjectId", "grade", "reviewedAt",
     "receivedAt", "durationMs", "studyDay", "presetId", "presetVersion", "stateBefore", "elapsedStudyDays",
     "retrievabilityBefore", "credit")
   select ${id('rvw', `n * ${reviewsPerCard} + r`)}, n || ':' || r, '${userId}', ${id('crd', 'n')}, ${id('dck', `1 + n % ${decks}`)},
     ${id('sub', `1 + (1 + n % ${decks}) % 10`)}, case when (n + r) % 9 = 0 then 'AGAIN' else 'GOOD' end::"ReviewGrade", at, at,
     4000 + n % 9000, to_char(at, 'YYYY-MM-DD'), ${id('pre', '1')}, 1, case when r = 1 then 'NEW' else 'REVIEW' end::"CardState",
     10, 0.9, 0.01
   from generate_series(1, ${cards}) n cross join generate_series(1, ${reviewsPerCard}) r
   cross join lateral (select timestamptz '${now.toISOString()}' - (1000 - r * 1000 / (${reviewsPerCard} + 1)) * interval '1 day' + n % 600 * interval '1 minute' as at) t
   where n / 20 % 10 <> 0`,
  `insert into "ActivityDay" ("userId", "subjectId", "studyDay", "reviews", "correctReviews", "matureReviews",
     "matureCorrect", "newCards", "timedReviews", "reviewMs", "focusSeconds", "sessions", "credit", "units")
   select "userId", "subjectId", "studyDay", count(*), count(*) filter (where "grade" <> 'AGAIN'),
     count(*) filter (where "stateBefore" = 'REVIEW'),
     count(*) filter (where "stateBefore" = 'REVIEW' and "grade" <> 'AGAIN'),
     count(*) filter (where "stateBefore" = 'NEW'), count(*), sum("durationMs"), 600, 1, sum("credit"), 0
   from "ReviewLog" where "userId" = '${userId}' group by 1, 2, 3`,
];

/** Fills an account straight into the database, as years of study would have, with statistics of the tables. */
export async function fillAccount(database: StudyDatabase, size: AccountSize): Promise<void> {
  for (const statement of statementsOf(size)) await database.$executeRawUnsafe(statement);
  await database.$executeRawUnsafe('analyze');
}

/** The id of the account's card, deck or subject of that number, from 1. */
export const accountId = (prefix: 'crd' | 'dck' | 'sub', number: number): string =>
  `${prefix}_00000000-0000-7000-8000-${number.toString(16).padStart(12, '0')}`;
