import type { DomainTables } from '@studymate/privacy';

/** Every table of personalization. A new table that stands in neither list fails the test beside. */
export const personalTables = {
  personal: {
    Learner: { by: 'userId' },
    KnownSubject: { by: 'ownerId' },
    KnownSkill: { by: 'ownerId' },
    KnownQuiz: { by: 'ownerId' },
    KnownDeck: { by: 'ownerId' },
    KnownMaterial: { by: 'ownerId' },
    CardDue: { by: 'userId' },
    QuizTaken: { by: 'userId' },
    SkillState: { by: 'userId' },
    Evidence: { by: 'userId' },
    MasteryChange: { by: 'userId' },
    Recommendation: { by: 'userId' },
  },
  impersonal: {},
} as const satisfies DomainTables;
