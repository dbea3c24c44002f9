import type { EventPayload } from '@studymate/contracts';
import type { PersonalizationDatabase } from '@studymate/database/personalization';

export type ProjectionRepository = ReturnType<typeof createProjectionRepository>;

/** Writes down what others' events tell of what can be studied, what was taken and what is due. */
export const createProjectionRepository = (database: PersonalizationDatabase) => ({
  async learnSubject(event: EventPayload<'study.subject.created'>): Promise<void> {
    const { subjectId: id, ownerId, title, defaultSkillId } = event;
    const subject = { id, ownerId, title, defaultSkillId };
    await database.knownSubject.upsert({ where: { id }, create: subject, update: subject });
    const skill = { id: defaultSkillId, subjectId: id, ownerId, title, prerequisiteIds: [] };
    await database.knownSkill.upsert({ where: { id: defaultSkillId }, create: skill, update: { title } });
  },
  async learnSkill(event: EventPayload<'study.skill.created'>): Promise<void> {
    const { skillId: id, subjectId, ownerId, title, prerequisiteIds } = event;
    const skill = { id, subjectId, ownerId, title, prerequisiteIds };
    await database.knownSkill.upsert({ where: { id }, create: skill, update: skill });
  },
  async learnDeck({
    deckId: id,
    subjectId,
    ownerId,
    title,
  }: EventPayload<'study.deck.created'>): Promise<void> {
    const deck = { id, subjectId, ownerId, title };
    await database.knownDeck.upsert({ where: { id }, create: deck, update: deck });
  },
  async learnMaterial(event: EventPayload<'study.material.ready'>, readyAt: Date): Promise<void> {
    const { materialId: id, subjectId, ownerId, title, charCount } = event;
    const material = { id, subjectId, ownerId, title, charCount, readyAt };
    await database.knownMaterial.upsert({ where: { id }, create: material, update: material });
  },
  async learnQuiz(event: EventPayload<'quiz.quiz.published'>): Promise<void> {
    const { quizId: id, subjectId, ownerId, title, difficulty, questionCount, skillIds } = event;
    const isPublic = event.isPublic ?? false;
    const quiz = { id, subjectId, ownerId, title, difficulty, questionCount, skillIds, isPublic };
    await database.knownQuiz.upsert({ where: { id }, create: quiz, update: quiz });
  },
  async noteDue(event: EventPayload<'study.review.logged'>): Promise<void> {
    const { cardId, userId, deckId, nextDueAt } = event;
    const dueAt = new Date(nextDueAt);
    await database.cardDue.upsert({
      where: { cardId },
      create: { cardId, userId, deckId, dueAt },
      update: { dueAt },
    });
  },
  async noteTaken(event: EventPayload<'quiz.attempt.graded'>): Promise<void> {
    const { userId, quizId, fraction, gradedAt } = event;
    await database.$executeRaw`
        insert into "QuizTaken" ("userId", "quizId", "bestFraction", "lastAt")
        values (${userId}, ${quizId}, ${fraction}, ${new Date(gradedAt)})
        on conflict ("userId", "quizId") do update set
          "bestFraction" = greatest("QuizTaken"."bestFraction", excluded."bestFraction"),
          "lastAt" = greatest("QuizTaken"."lastAt", excluded."lastAt")`;
  },
});
