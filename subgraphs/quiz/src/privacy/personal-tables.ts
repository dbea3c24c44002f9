import type { DomainTables } from '@studymate/privacy';

/** Every table of quiz. A new table that stands in neither list fails the test beside. */
export const personalTables = {
  personal: {
    SubjectProjection: { by: 'ownerId' },
    SkillProjection: { by: 'ownerId' },
    QuestionBank: { by: 'ownerId' },
    BankEntry: { through: 'QuestionBank', column: 'bankId' },
    Question: { through: 'BankEntry', column: 'entryId' },
    QuestionKey: { through: 'Question', column: 'questionId' },
    QuestionImport: { through: 'QuestionBank', column: 'bankId' },
    ImportProblem: { through: 'QuestionImport', column: 'importId' },
    QuestionFile: { by: 'ownerId', unexportedObjects: ['key'] },
    Quiz: { by: ['createdById', 'subjectOwnerId'] },
    QuizSlot: { through: 'Quiz', column: 'quizId' },
    Attempt: { by: 'userId' },
    AttemptItem: { through: 'Attempt', column: 'attemptId' },
    AttemptTransition: { through: 'Attempt', column: 'attemptId' },
    Regrade: { by: 'gradedBy' },
    QuestionIrt: { through: 'Question', column: 'questionId' },
    LearnerRating: { by: 'userId' },
  },
  impersonal: {
    ScoreTally: 'how many attempts had how many points, of nobody in particular',
    ChoiceTally: 'how often a choice was picked, by nobody in particular',
  },
} as const satisfies DomainTables;
