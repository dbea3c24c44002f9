import type { ChoiceTally, Quiz, QuizSlot } from '@studymate/database/quiz';
import type { Context } from '../context.ts';
import { Exact } from '../grading/fraction.ts';
import { shuffledIds, viewQuestion } from '../question/question.view.ts';
import { canAuthorQuiz } from '../quiz/quiz.policy.ts';
import { type SlotStatistics, slotStatistics, testStatistics } from './classical.ts';
import { distractorStatistics } from './distractors.ts';
import { type Histogram, histogramOf } from './histogram.ts';
import { type Figures, keepFigures } from './statistics.kept.ts';

const easyFrom = 0.95;
const hardBelow = 0.2;
const attemptsToJudgeDistractors = 20;

/**
 * Statistics over the graded attempts at the current slots, for the quiz's author; null before the first. An attempt
 * is counted by a job soon after it is graded.
 */
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
  const edition = { quizId: quiz.id, revision: quiz.revision };
  const cells = await context.statistics.scores(edition);
  const totals = histogramOf(cells.filter(({ measure }) => measure === 'WHOLE'));
  const isAdaptive = quiz.behaviour === 'ADAPTIVE';
  const places = isAdaptive ? [] : placesOf(await context.quizzes.slotsOf(quiz.id));
  const tallies = places.map(({ position, maxScore }) => ({
    maxScore,
    points: histogramOf(cells.filter((cell) => cell.position === position && cell.measure === 'PLACE')),
    rest: histogramOf(cells.filter((cell) => cell.position === position && cell.measure === 'REST')),
  }));
  const test = testStatistics(totals, tallies);
  if (!test) return null;

  const choices = Map.groupBy(await context.statistics.choices(edition), ({ position }) => position);
  const items = await Promise.all(
    slotStatistics(totals, tallies).map((slot, index) => {
      const place = places[index];
      if (!place) return null;
      return describeSlot(context, slot, { place, totals, choices: choices.get(place.position) ?? [] });
    }),
  );
  return { ...test, items: items.filter((item) => item !== null), computedAt: context.now() };
}

interface Place {
  readonly position: number;
  readonly maxScore: Exact;
  readonly entryId: string | null;
  readonly pinnedVersion: number | null;
}

/** The places of a quiz before shuffling: one for each question of each slot. */
const placesOf = (slots: readonly QuizSlot[]): Place[] =>
  slots
    .flatMap(({ pick, maxScore, entryId, pinnedVersion }) =>
      Array.from({ length: pick }, () => ({
        maxScore: new Exact(maxScore.toString()),
        entryId,
        pinnedVersion,
      })),
    )
    .map((place, index) => ({ ...place, position: index + 1 }));

interface SlotPlace {
  readonly place: Place;
  readonly totals: Histogram;
  readonly choices: readonly ChoiceTally[];
}

/** One fixed slot; a slot that draws has no single question to speak of and is left to the whole. */
async function describeSlot(
  context: Context,
  slot: SlotStatistics,
  { place, totals, choices }: SlotPlace,
): Promise<Figures['items'][number] | null> {
  const entry = place.entryId === null ? null : await context.entries.find(place.entryId);
  const row =
    entry && (await context.questions.findVersion(entry.id, place.pinnedVersion ?? entry.latestVersion));
  if (!row) return null;

  const question = viewQuestion(row);
  const choiceIds = question.kind === 'CHOICE' ? shuffledIds(question.content) : [];
  const picks = new Map(
    choices.map(({ choiceId, picked, points }) => [
      choiceId,
      { picked, points: new Exact(points.toString()) },
    ]),
  );
  const distractors = distractorStatistics(choiceIds, picks, totals);
  const key = await context.answerKeys.get(row.id);
  const weights = key.content.kind === 'CHOICE' ? key.content.weights : [];
  const wrong = weights.filter(({ weight }) => Number(weight) <= 0).map(({ choiceId }) => choiceId);
  return {
    ...slot,
    slot: place.position,
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

export type ItemFlag = 'TOO_EASY' | 'TOO_HARD' | 'NEGATIVE_DISCRIMINATION' | 'UNUSED_DISTRACTOR';

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
