/** The accounts that a local StudyMate starts with. Never seeded in production. */
export const demoUsers = [
  {
    id: 'usr_01900000-0000-7000-8000-000000000001',
    email: 'learner@studymate.local',
    password: 'learn-something-every-day',
    displayName: 'Lena Learner',
    role: 'LEARNER',
  },
  {
    id: 'usr_01900000-0000-7000-8000-000000000002',
    email: 'author@studymate.local',
    password: 'write-questions-with-care',
    displayName: 'Arif Author',
    role: 'AUTHOR',
  },
  {
    id: 'usr_01900000-0000-7000-8000-000000000003',
    email: 'admin@studymate.local',
    password: 'keep-the-lights-burning',
    displayName: 'Ada Admin',
    role: 'ADMIN',
  },
] as const;

/** The subject that the demo author's public quiz belongs to. */
export const demoSubject = {
  id: 'sub_01900000-0000-7000-8000-000000000011',
  ownerId: 'usr_01900000-0000-7000-8000-000000000002',
  title: 'Learning to learn',
  defaultSkillId: 'skl_01900000-0000-7000-8000-000000000012',
} as const;
