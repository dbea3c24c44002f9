import { demoSubject, demoUsers, scopesOfRoles, type Viewer } from '@studymate/contracts';
import { connectQuiz } from '@studymate/database/quiz';
import { isProduction } from '@studymate/runtime';
import { connectObjectStore } from '@studymate/storage';
import { createBank } from '../bank/bank.service.ts';
import { type Context, createContext } from '../context.ts';
import { saveQuestion } from '../question/question.service.ts';
import { demoQuestions } from './demo-questions.ts';
import { createQuiz, publishQuiz } from './quiz.service.ts';
import { setQuizSlots } from './quiz.slots.ts';

const idempotencyKey = 'demo';
const { id: subjectId } = demoSubject;

const demoAuthor = (): Viewer => {
  const author = demoUsers.find(({ role }) => role === 'AUTHOR');
  if (!author) throw new Error('There is no demo author.');
  return {
    id: author.id,
    roles: ['AUTHOR'],
    scopes: scopesOfRoles(['AUTHOR']),
    sessionId: 'seed',
    authLevel: 'PASSWORD',
    emailVerified: true,
    locale: 'en',
    timeZone: 'UTC',
    dayStartMinutes: 240,
  };
};

async function writeQuiz(context: Context): Promise<void> {
  await context.subjects.save(demoSubject);
  const title = 'How learning works';
  const bank = await createBank(context, { title, subjectId, idempotencyKey });
  const slots: { entryId: string; maxScore: number }[] = [];
  for (const question of demoQuestions) {
    const entry = await saveQuestion(context, { ...question, bankId: bank.id, skillIds: [] });
    slots.push({ entryId: entry.id, maxScore: 1 });
  }
  const description = 'Six questions on what research says about studying. Take it as often as you like.';
  const input = {
    title,
    description,
    subjectId,
    difficulty: 'EASY',
    visibility: 'PUBLIC',
    passScore: 0.6,
  } as const;
  const quiz = await createQuiz(context, { input, idempotencyKey });
  const revised = await setQuizSlots(context, { quizId: quiz.id, slots, expectedRevision: quiz.revision });
  await publishQuiz(context, { id: quiz.id, expectedRevision: revised.revision });
}

/** Makes the demo author's public quiz of a local StudyMate, once; refuses in production. */
export async function seed({ databaseUrl }: { readonly databaseUrl: string }): Promise<void> {
  if (isProduction()) throw new Error('Demo content is not for production.');
  const database = connectQuiz(databaseUrl);
  const viewer = demoAuthor();
  const context = createContext({ database, resources: { objects: connectObjectStore() }, viewer });
  try {
    const existing = await context.quizzes.countVisible({ viewerId: viewer.id, subjectId });
    if (existing === 0) await context.transaction(writeQuiz);
  } finally {
    await database.$disconnect();
  }
}
