import {
  AttemptDocument,
  type AttemptPageFragment,
  QuizStartDocument,
  SaveResponseDocument,
  StartAttemptDocument,
  SubmitAttemptDocument,
} from '@studymate/client';
import { freshKey, type Learner } from './learner.ts';
import { eventually, must, type Narrator, succeeded } from './narrator.ts';

type Item = AttemptPageFragment['items'][number];

const guess = 'energy';

/** What she answers: the first choice as it is shown to her, or a word. She has not studied hard. */
function answerOf({ question, choiceOrder }: Item) {
  if (question.__typename === 'ClozeQuestion') {
    return {
      cloze: question.gaps.map(({ id, choices }) => ({ gapId: id, value: choices?.[0]?.id ?? guess })),
    };
  }
  const [first] = choiceOrder;
  return first === undefined ? { text: guess } : { choice: { choiceIds: [first] } };
}

/** A result with a word on why it is so. */
const isExplained = ({ result }: Item): boolean => Boolean(result?.feedback ?? result?.key?.explanation);

/** She takes the quiz and is graded with feedback. */
export async function takeQuiz(learner: Learner, narrator: Narrator, quizId: string): Promise<void> {
  const { client } = learner;
  await narrator.step(
    'looks at the start screen',
    async () => {
      const { quiz } = await client.request(QuizStartDocument, { id: quizId });
      must(quiz?.startability.canStart === true, `cannot start: ${quiz?.startability.reason}`);
      return quiz;
    },
    (quiz) => `${quiz?.questionCount} questions: ${quiz?.title}`,
  );
  const attempt = await narrator.step('starts an attempt', async () => {
    const { startAttempt } = await client.request(StartAttemptDocument, {
      quizId,
      idempotencyKey: freshKey(),
    });
    return succeeded(startAttempt, 'QuizAttempt');
  });
  await narrator.step('sees no result while answering', async () => {
    must(
      attempt.items.every(({ result }) => (result ?? null) === null),
      'a result shows before submitting',
    );
  });
  await narrator.step('answers every question', async () => {
    for (const item of attempt.items) {
      const input = { attemptId: attempt.id, itemId: item.id, response: answerOf(item), clientSequence: 1 };
      const { saveResponse } = await client.request(SaveResponseDocument, { input });
      succeeded(saveResponse, 'AttemptItem');
    }
  });
  await narrator.step('submits', async () => {
    const variables = { attemptId: attempt.id, idempotencyKey: freshKey() };
    const { submitAttempt } = await client.request(SubmitAttemptDocument, variables);
    succeeded(submitAttempt, 'QuizAttempt');
  });
  await narrator.step(
    'is graded with feedback',
    () =>
      eventually('the grade', async () => {
        const { attempt: graded } = await client.request(AttemptDocument, { id: attempt.id });
        return graded?.state === 'GRADED' && graded.items.every(isExplained) ? graded : null;
      }),
    (graded) => `${graded.score?.raw} of ${graded.score?.max}`,
  );
}
