import type { QuizDatabase } from '@studymate/database/quiz';
import { createPersonalData, type PersonalData } from '@studymate/privacy';
import type { ObjectStore } from '@studymate/storage';
import { contextFactory, type SubgraphContext } from '@studymate/subgraph-kit';
import { type AttemptRepository, createAttemptRepository } from './attempt/attempt.repository.ts';
import {
  type AttemptItemRepository,
  createAttemptItemRepository,
} from './attempt/attempt-item.repository.ts';
import { type BankRepository, createBankRepository } from './bank/bank.repository.ts';
import { type BankEntryRepository, createBankEntryRepository } from './bank/bank-entry.repository.ts';
import {
  createQuestionFileRepository,
  type QuestionFileRepository,
} from './file/question-file.repository.ts';
import {
  createQuestionImportRepository,
  type QuestionImportRepository,
} from './import/question-import.repository.ts';
import { createQuestionIrtRepository, type QuestionIrtRepository } from './irt/question-irt.repository.ts';
import { personalTables } from './privacy/personal-tables.ts';
import { createSharedQuizRepository, type SharedQuizRepository } from './privacy/shared-quiz.repository.ts';
import { type AnswerKeyRepository, createAnswerKeyRepository } from './question/answer-key.repository.ts';
import { createQuestionRepository, type QuestionRepository } from './question/question.repository.ts';
import { createQuizRepository, type QuizRepository } from './quiz/quiz.repository.ts';
import { createRegradeRepository, type RegradeRepository } from './regrade/regrade.repository.ts';
import { createStatisticsRepository, type StatisticsRepository } from './statistics/statistics.repository.ts';
import { createSubjectRepository, type SubjectRepository } from './subject/subject.repository.ts';

/** What lives outside the database. */
export interface Resources {
  readonly objects: Pick<ObjectStore, 'get' | 'head' | 'put' | 'delete' | 'presignGet' | 'presignPut'>;
}

/** Everything one request may touch. */
export interface Context extends SubgraphContext<Context>, Resources {
  readonly attempts: AttemptRepository;
  readonly attemptItems: AttemptItemRepository;
  readonly banks: BankRepository;
  readonly entries: BankEntryRepository;
  readonly questions: QuestionRepository;
  /** The secrets: only grading, revealing and authors reach for it. */
  readonly answerKeys: AnswerKeyRepository;
  readonly questionFiles: QuestionFileRepository;
  readonly questionIrt: QuestionIrtRepository;
  readonly questionImports: QuestionImportRepository;
  readonly personalData: PersonalData;
  readonly sharedQuizzes: SharedQuizRepository;
  readonly quizzes: QuizRepository;
  readonly regrades: RegradeRepository;
  readonly statistics: StatisticsRepository;
  readonly subjects: SubjectRepository;
}

const repositoriesOver = (database: QuizDatabase) => ({
  attempts: createAttemptRepository(database),
  attemptItems: createAttemptItemRepository(database),
  banks: createBankRepository(database),
  entries: createBankEntryRepository(database),
  questions: createQuestionRepository(database),
  answerKeys: createAnswerKeyRepository(database),
  questionFiles: createQuestionFileRepository(database),
  questionIrt: createQuestionIrtRepository(database),
  questionImports: createQuestionImportRepository(database),
  sharedQuizzes: createSharedQuizRepository(database),
  quizzes: createQuizRepository(database),
  regrades: createRegradeRepository(database),
  statistics: createStatisticsRepository(database),
  subjects: createSubjectRepository(database),
});

/** After a transaction the request forgets what it had read before it. */
export const createContext = contextFactory<QuizDatabase, Resources, Context>((database, base, resources) => {
  const repositories = repositoriesOver(database);
  return {
    ...base,
    ...resources,
    ...repositories,
    personalData: createPersonalData(database, personalTables),
    transaction: async (work) => {
      const result = await base.transaction(work);
      for (const repository of Object.values(repositories)) repository.forget();
      return result;
    },
  };
});
