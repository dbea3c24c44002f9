import { newRowId } from '@studymate/contracts';
import type { QuizResult, SkillLevelChange, StudyDatabase } from '@studymate/database/study';

/** What other subgraphs told of a learner's success: graded quizzes and levels of skills. */
export function createOutcomeRepository(database: StudyDatabase) {
  return {
    saveQuiz: async (result: QuizResult): Promise<void> => {
      const { attemptId } = result;
      await database.quizResult.upsert({
        where: { attemptId },
        create: result,
        update: { fraction: result.fraction },
      });
    },
    findLevel: (userId: string, skillId: string) =>
      database.skillLevel.findUnique({ where: { userId_skillId: { userId, skillId } } }),
    saveLevel: async (change: Omit<SkillLevelChange, 'id'>): Promise<void> => {
      const { userId, skillId, subjectId, after: level, changedAt } = change;
      await database.skillLevelChange.create({ data: { id: newRowId(), ...change } });
      await database.skillLevel.upsert({
        where: { userId_skillId: { userId, skillId } },
        create: { userId, skillId, subjectId, level, changedAt },
        update: { level, changedAt },
      });
    },
  };
}

export type OutcomeRepository = ReturnType<typeof createOutcomeRepository>;
