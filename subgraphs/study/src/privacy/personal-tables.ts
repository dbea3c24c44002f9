import type { DomainTables } from '@studymate/privacy';

/** Every table of study. A new table that stands in neither list fails the test beside. */
export const personalTables = {
  personal: {
    Learner: { by: 'userId' },
    Subject: { by: 'ownerId', cachedAs: 'Subject' },
    Skill: { by: 'ownerId' },
    SkillPrerequisite: { through: 'Skill', column: 'skillId' },
    SkillLevel: { by: 'userId' },
    SkillLevelChange: { by: 'userId' },
    Upload: { by: 'ownerId', objects: ['key'] },
    Material: { by: 'ownerId' },
    MaterialRevision: { through: 'Material', column: 'materialId', objects: ['contentKey'] },
    MaterialChunk: { through: 'Material', column: 'materialId' },
    Summary: { by: 'ownerId' },
    StudySession: { by: 'userId' },
    SessionInterval: { through: 'StudySession', column: 'sessionId' },
    SessionDay: { by: 'userId' },
    SchedulerPreset: { by: 'ownerId' },
    PresetVersion: { through: 'SchedulerPreset', column: 'presetId' },
    Deck: { by: 'ownerId' },
    Card: { by: 'ownerId' },
    CardSkill: { through: 'Card', column: 'cardId' },
    ReviewLog: { by: 'userId' },
    ActivityDay: { by: 'userId' },
    QuizResult: { by: 'userId' },
    StreakFreeze: { by: 'userId' },
    StudyGoal: { by: 'userId' },
    GoalMeeting: { through: 'StudyGoal', column: 'goalId' },
  },
  impersonal: {},
} as const satisfies DomainTables;
