import type { Quiz } from '@studymate/database/quiz';
import type { Context } from '../context.ts';
import { shuffledIds, viewQuestion } from '../question/question.view.ts';
import { canAuthorQuiz } from '../quiz/quiz.policy.ts';
import { type SlotStatistics, slotStatistics, testStatistics } from './classical.ts';
import { distractorStatistics } from './distractors.ts';
import { type Figures, keepFigures } from './statistics.kept.ts';
import type { GradedScore } from './statistics.repository.ts';

const easyFrom = 0.95;
const hardBelow = 0.2;
const attemptsToJudgeDistractors = 20;

/** Statistics over the graded attempts at the current slots, for the quiz's author; null before the first. */
export async function findStatistics(context: Context, quiz: Quiz) {
  if (!canAuthorQuiz(context.viewer, quiz)) return null;
  const figures = await keepFigures(context, quiz, () => computeFigures(context, quiz));
  if (!figures) return null;
  const items = await Promise.all(
    figures.items.map(async ({ questionId, ...item }) => {
      const row = await context.questions.find(questionId);
      return row && { ...item, question: viewQuestion(row) };
    }),
  );
  return { ...figures, items: items.filter((item) => item !== null) };
}

async function computeFigures(context: Context, quiz: Quiz): Promise<Figures | null> {
  const scores = await context.statistics.gradedScores(quiz.id, quiz.revision);
  const attempts = [...Map.groupBy(scores, ({ attemptId }) => attemptId).values()];
  const rows = attempts.map((items) => items.map(({ score }) => score));
  const test = testStatistics(rows);
  if (!test) return null;

  const maxScores = attempts[0]?.map(({ maxScore }) => maxScore) ?? [];
  const totals = rows.map((row) => row.reduce((sum, score) => sum + score, 0));
  const slots = slotStatistics(rows, maxScores);
  const items = await Promise.all(
    slots.map((slot, index) => describeSlot(context, slot, { attempts, totals, index })),
  );
  return { ...test, items: items.filter((item) => item !== null), computedAt: context.now() };
}

interface SlotPlace {
  readonly attempts: readonly (readonly GradedScore[])[];
  readonly totals: readonly number[];
  readonly index: number;
}

/** One fixed slot; a slot that draws has no single question to speak of and is left to the whole. */
async function describeSlot(
  context: Context,
  slot: SlotStatistics,
  { attempts, totals, index }: SlotPlace,
): Promise<Figures['items'][number] | null> {
  const asked = attempts.flatMap((items) => items[index] ?? []);
  const latest = asked.at(-1);
  const isFixed = new Set(asked.map(({ entryId }) => entryId)).size === 1;
  const row = latest && isFixed ? await context.questions.find(latest.questionId) : null;
  if (!row) return null;

  const question = viewQuestion(row);
  const choices = question.kind === 'CHOICE' ? shuffledIds(question.content) : [];
  const picks = asked.map(({ choiceIds }) => choiceIds ?? []);
  const distractors = distractorStatistics(choices, picks, totals);
  const key = await context.answerKeys.get(row.id);
  const weights = key.content.kind === 'CHOICE' ? key.content.weights : [];
  const wrong = weights.filter(({ weight }) => Number(weight) <= 0).map(({ choiceId }) => choiceId);
  return {
    ...slot,
    slot: index + 1,
    questionId: row.id,
    distractors,
    randomGuessScore: randomGuess(weights.map(({ weight }) => Number(weight))),
    flags: flagsOf(
      slot,
      distractors.some(({ choiceId, chosen }) => chosen === 0 && wrong.includes(choiceId)),
    ),
  };
}

/** The mean weight of the choices, none below 0; null where nothing is to be chosen. */
const randomGuess = (weights: readonly number[]): number | null =>
  weights.length === 0
    ? null
    : weights.reduce((sum, weight) => sum + Math.max(0, weight), 0) / weights.length;

type ItemFlag = Figures['items'][number]['flags'][number];

function flagsOf(slot: SlotStatistics, hasUnusedDistractor: boolean): ItemFlag[] {
  const { facility, discriminationIndex, attempts } = slot;
  const flags: [ItemFlag, boolean][] = [
    ['TOO_EASY', facility !== null && facility > easyFrom],
    ['TOO_HARD', facility !== null && facility < hardBelow],
    ['NEGATIVE_DISCRIMINATION', discriminationIndex !== null && discriminationIndex < 0],
    ['UNUSED_DISTRACTOR', hasUnusedDistractor && attempts >= attemptsToJudgeDistractors],
  ];
  return flags.flatMap(([flag, isRaised]) => (isRaised ? [flag] : []));
}
