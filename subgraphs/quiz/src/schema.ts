import { buildSubgraph } from '@studymate/subgraph-kit';
import { adaptiveResolvers } from './adaptive/adaptive.resolvers.ts';
import { attemptResolvers } from './attempt/attempt.resolvers.ts';
import { bankResolvers } from './bank/bank.resolvers.ts';
import { essayResolvers } from './essay/essay.resolvers.ts';
import { questionExportResolvers } from './export/question-export.resolvers.ts';
import { questionImportResolvers } from './import/question-import.resolvers.ts';
import { questionResolvers } from './question/question.resolvers.ts';
import { quizResolvers } from './quiz/quiz.resolvers.ts';
import { regradeResolvers } from './regrade/regrade.resolvers.ts';
import { statisticsResolvers } from './statistics/statistics.resolvers.ts';

export const schema = buildSubgraph({
  name: 'quiz',
  resolvers: [
    adaptiveResolvers,
    attemptResolvers,
    bankResolvers,
    essayResolvers,
    questionResolvers,
    questionExportResolvers,
    questionImportResolvers,
    quizResolvers,
    regradeResolvers,
    statisticsResolvers,
  ],
});
