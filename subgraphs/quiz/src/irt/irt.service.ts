import { setImmediate } from 'node:timers/promises';
import type { JobPayload } from '@studymate/contracts';
import type { Attempt } from '@studymate/database/quiz';
import { findEntry } from '../bank/bank.service.ts';
import type { Context } from '../context.ts';
import type { QuestionView } from '../question/question.view.ts';
import { getQuizOfAttempt } from '../quiz/quiz.service.ts';
import { type Calibrated, createCalibration } from './calibrate.ts';
import { updateElo } from './elo.ts';
import type { CalibrationAnswer } from './question-irt.repository.ts';
import { parametersOf } from './question-parameters.ts';

/** Two days, so that a night that was missed is made up for. */
const activeWithinMs = 2 * 24 * 3600 * 1000;
const fewestAnswers = 30;
const fewestItems = 2;

/** What is known of a question, for the author of its bank only; null before the first answer to it. */
export async function findIrtAsAuthor(context: Context, { id, entryId }: QuestionView) {
  const irt = await context.questionIrt.find(id);
  if (!irt || !(await findEntry(context, entryId))) return null;
  return {
    model: irt.model,
    a: irt.discrimination,
    b: irt.difficulty,
    c: 0,
    d: 1,
    standardErrorB: irt.standardErrorDifficulty,
    sampleSize: irt.sampleSize,
    calibratedAt: irt.calibratedAt,
  };
}

/** Moves the ratings of a learner and of the questions he answered, once per graded attempt, which is locked. */
export async function rateAttempt(context: Context, attempt: Attempt): Promise<void> {
  if (attempt.state !== 'GRADED' || attempt.ratedAt !== null) return;
  const { subjectId } = await getQuizOfAttempt(context, attempt.quizId);
  const answered = (await context.attemptItems.ofAttempt(attempt.id)).filter(
    ({ fraction, correctness }) => fraction !== null && correctness !== 'UNANSWERED',
  );
  const askable = await context.questionIrt.askable(answered.map(({ questionId }) => questionId));
  const questions = new Map(askable.map((question) => [question.id, question]));
  const rating = await context.questionIrt.lockRating(attempt.userId, subjectId);
  let { ability, answers } = rating;
  const moved = answered.flatMap(({ questionId, fraction }) => {
    const question = questions.get(questionId);
    if (!question || fraction === null) return [];
    const parameters = parametersOf(question);
    const rated = { ...parameters, value: parameters.difficulty, answers: question.irt?.answers ?? 0 };
    const after = updateElo({ learner: { value: ability, answers }, question: rated }, fraction.toNumber());
    ability = after.ability;
    answers += 1;
    return [{ questionId, difficulty: after.difficulty }];
  });
  if (moved.length > 0) await context.questionIrt.moveDifficulties(moved);
  await context.questionIrt.saveRating({ ...rating, ability, answers });
  await context.attempts.update(attempt.id, { ratedAt: context.now() });
}

/** Calibrates the questions of a subject by all that was answered; without one puts each lively subject in the queue. */
export async function calibrateQuestions(
  context: Context,
  { subjectId }: JobPayload<'calibrateQuestions'>,
): Promise<void> {
  if (subjectId !== undefined) return calibrateSubject(context, subjectId);
  const since = new Date(context.now().getTime() - activeWithinMs);
  for (const subject of await context.questionIrt.subjectsRatedSince(since))
    await context.jobs.enqueue('calibrateQuestions', subject);
}

async function calibrateSubject(context: Context, subjectId: string): Promise<void> {
  const answers = await context.questionIrt.answersOf(subjectId);
  const byQuestion = Map.groupBy(answers, ({ questionId }) => questionId);
  const items = [...byQuestion].flatMap(([questionId, given]) =>
    given.length >= fewestAnswers ? [questionId] : [],
  );
  if (items.length < fewestItems) return;

  const calibration = createCalibration(takersOf(answers, items), items.length);
  // The process does other work too, attempts to close on time among it.
  while (!calibration.step()) await setImmediate();
  const result = calibration.result();
  const calibrated = new Map(
    items.flatMap((questionId, index): [string, Calibrated][] => {
      const found = result[index];
      return found && Number.isFinite(found.standardErrorOfDifficulty) ? [[questionId, found]] : [];
    }),
  );
  await context.questionIrt.saveCalibration(calibrated, context.now());
}

function takersOf(answers: readonly CalibrationAnswer[], items: readonly string[]) {
  const indexOf = new Map(items.map((questionId, index) => [questionId, index]));
  return [...Map.groupBy(answers, ({ attemptId }) => attemptId).values()].map(
    (given) =>
      new Map(
        given.flatMap(({ questionId, credit }): [number, number][] => {
          const index = indexOf.get(questionId);
          return index === undefined ? [] : [[index, credit]];
        }),
      ),
  );
}
