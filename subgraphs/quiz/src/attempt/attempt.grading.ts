import type { Attempt, AttemptItem } from '@studymate/database/quiz';
import { shareEarned } from '../behaviour/behaviours.ts';
import type { Context } from '../context.ts';
import { Exact, toScore } from '../grading/fraction.ts';
import { type Gradable, grade } from '../grading/grade.ts';
import { contentSchema } from '../question/content.ts';
import { responseSchema } from '../question/response.ts';
import type { GradedItem } from './attempt-item.repository.ts';

export interface ItemOfAttempt {
  readonly attempt: Attempt;
  readonly item: AttemptItem;
  /** The version to grade by; the one that was asked unless another is given. */
  readonly questionId?: string;
}

/** Grades one saved answer by a version of its question and the behaviour of its attempt. */
export async function gradeResponse(
  context: Context,
  { attempt, item, questionId = item.questionId }: ItemOfAttempt,
): Promise<GradedItem> {
  const { fraction, correctness, feedback } = grade(
    await findGradable(context, questionId),
    item.response === null ? null : responseSchema.parse(item.response),
  );
  if (fraction === null) return { id: item.id, fraction: null, score: null, correctness, feedback };
  const share = shareEarned(attempt, item, fraction);
  const score = toScore(share, new Exact(item.maxScore.toString()));
  return { id: item.id, fraction: fraction.toFixed(), score: score.toFixed(), correctness, feedback };
}

async function findGradable(context: Context, questionId: string): Promise<Gradable> {
  const [question, key] = await Promise.all([
    context.questions.find(questionId),
    context.answerKeys.get(questionId),
  ]);
  if (!question) throw new Error(`Question ${questionId} is gone, its attempts are not.`);
  return joinHalves(contentSchema.parse(question.content), key.content);
}

/** Puts a question and its key together again; halves of different kinds are a damaged database. */
export function joinHalves(content: Gradable['content'], key: Gradable['key']): Gradable {
  if (content.kind === 'CHOICE' && key.kind === 'CHOICE') return { kind: 'CHOICE', content, key };
  if (content.kind === 'TEXT' && key.kind === 'TEXT') return { kind: 'TEXT', content, key };
  if (content.kind === 'NUMERIC' && key.kind === 'NUMERIC') return { kind: 'NUMERIC', content, key };
  if (content.kind === 'MATCH' && key.kind === 'MATCH') return { kind: 'MATCH', content, key };
  if (content.kind === 'ORDER' && key.kind === 'ORDER') return { kind: 'ORDER', content, key };
  if (content.kind === 'CLOZE' && key.kind === 'CLOZE') return { kind: 'CLOZE', content, key };
  if (content.kind === 'ESSAY' && key.kind === 'ESSAY') return { kind: 'ESSAY', content, key };
  throw new Error(`A ${content.kind} question has a ${key.kind} key.`);
}
