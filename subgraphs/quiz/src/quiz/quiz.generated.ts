import {
  DomainError,
  type EventPayload,
  newId,
  newRowId,
  type QuestionOutput,
  type QuizOutput,
  quizOutputSchema,
} from '@studymate/contracts';
import type { Quiz } from '@studymate/database/quiz';
import type { Context } from '../context.ts';
import type { NewQuestion } from '../question/question.repository.ts';
import { type QuestionHalves, splitQuestion } from '../question/question.split.ts';
import { typenameOfKind } from '../question/question.view.ts';
import { announceQuiz } from './quiz.service.ts';

type Produced = EventPayload<'ai.generation.produced'>;

const maxTitle = 200;
const pointsPerQuestion = 1;

/**
 * Stores a quiz that AI made from a learner's material, under the id that the generation promised: a closed bank,
 * its questions, and the quiz, published at once and seen by that learner alone.
 */
export async function storeGeneratedQuiz(context: Context, produced: Produced): Promise<void> {
  if (produced.kind !== 'QUIZ' || (await context.quizzes.find(produced.outputId))) return;
  const output = await readOutput(context, produced.outputKey);
  const subject = await context.subjects.find(produced.subjectId);
  if (!subject) throw new Error(`Subject ${produced.subjectId} is not known yet.`);

  const questions = writeQuestions(output, [subject.defaultSkillId]);
  if (questions.length === 0) throw new Error(`Generation ${produced.generationId} has no usable question.`);
  await storeBank(context, { ...produced, title: output.title }, questions);
  const quiz = await storeQuiz(context, produced, { output, questions, subjectOwnerId: subject.ownerId });
  await announceQuiz(context, quiz);
  await context.events.publish('quiz.output.stored', {
    generationId: produced.generationId,
    outputId: produced.outputId,
  });
}

async function readOutput(context: Context, key: string): Promise<QuizOutput> {
  const object = await context.objects.get(key);
  if (!object) throw new Error(`There is no object ${key}.`);
  return quizOutputSchema.parse(JSON.parse(object.body.toString('utf8')));
}

/** Questions that nobody could answer are left out, whoever wrote them. */
const writeQuestions = (output: QuizOutput, skillIds: readonly string[]): NewQuestion[] =>
  output.questions.flatMap((question) => {
    const halves = splitOutput(question);
    if (!halves) return [];
    return [
      {
        ...halves,
        id: newId(typenameOfKind[halves.content.kind]),
        entryId: newId('BankEntry'),
        version: 1,
        prompt: question.prompt,
        language: output.language,
        skillIds,
        difficulty: question.difficulty,
        defaultScore: String(pointsPerQuestion),
        explanation: question.explanation.trim() || null,
      },
    ];
  });

function splitOutput(question: QuestionOutput): QuestionHalves | null {
  try {
    return splitQuestion(question.prompt, bodyOf(question), null);
  } catch (error) {
    if (error instanceof DomainError) return null;
    throw error;
  }
}

/** Answers of AI are taken literally: a star in them is a star. */
const literally = (answer: string) => ({ pattern: answer.replaceAll('*', '\\*'), weight: 1, feedback: null });

function bodyOf(question: QuestionOutput) {
  switch (question.type) {
    case 'CHOICE':
      return { choice: choiceBodyOf(question.choices) };
    case 'TEXT':
      return { text: { answers: question.answers.map(literally) } };
    case 'CLOZE':
      return {
        cloze: {
          gaps: question.gaps.map(({ answers, choices }) =>
            choices
              ? { choices, answers: choices.filter((choice) => answers.includes(choice)).map(asChoice) }
              : { answers: answers.map(literally) },
          ),
        },
      };
  }
}

const asChoice = (pattern: string) => ({ pattern, weight: 1, feedback: null });

const choiceBodyOf = (choices: readonly { text: string; correct: boolean; feedback: string }[]) => ({
  choices: choices.map(({ text, correct, feedback }) => ({ text, weight: correct ? 1 : 0, feedback })),
  multiple: choices.filter(({ correct }) => correct).length > 1,
  partialCredit: 'ALL_OR_NOTHING',
});

async function storeBank(
  context: Context,
  { userId, subjectId, title }: Produced & { readonly title: string },
  questions: readonly NewQuestion[],
): Promise<void> {
  const bankId = newId('QuestionBank');
  const bank = { id: bankId, ownerId: userId, subjectId, title: title.slice(0, maxTitle) };
  await context.banks.create({ ...bank, origin: 'GENERATED' });
  await context.entries.createAll(
    questions.map(({ entryId, prompt, skillIds, difficulty }) => ({
      id: entryId,
      bankId,
      prompt,
      skillIds: [...skillIds],
      difficulty,
    })),
  );
  await context.questions.createAll(questions);
}

interface Stored {
  readonly output: QuizOutput;
  readonly questions: readonly NewQuestion[];
  readonly subjectOwnerId: string;
}

async function storeQuiz(
  context: Context,
  { outputId: id, subjectId, userId }: Produced,
  { output, questions, subjectOwnerId }: Stored,
): Promise<Quiz> {
  const quiz = await context.quizzes.create({
    id,
    subjectId,
    subjectOwnerId,
    createdById: userId,
    origin: 'GENERATED',
    title: output.title.slice(0, maxTitle),
    language: output.language,
    difficulty: output.difficulty,
    status: 'PUBLISHED',
    publishedAt: context.now(),
    maxScore: questions.length * pointsPerQuestion,
    questionCount: questions.length,
  });
  await context.quizzes.replaceSlots(
    id,
    questions.map(({ entryId }, index) => ({
      id: newRowId(),
      quizId: id,
      number: index + 1,
      maxScore: pointsPerQuestion,
      entryId,
    })),
  );
  return quiz;
}
