/** A field that takes an id: `$id` is somebody else's, `$own` the stranger's own subject, `$key` is fresh. */
export interface Trial {
  readonly name: string;
  /** The type whose id it takes, as Possessions name it. */
  readonly takes: string;
  readonly call: string;
  /** What the stranger gets in its place. */
  readonly gets: unknown;
}

export const notFound = { __typename: 'NotFoundError', code: 'NOT_FOUND' };

const refusal = '__typename ... on UserError { code message path }';
const trial = (takes: string, call: string, gets: unknown): Trial => ({
  name: `${call.slice(0, call.indexOf('('))} by the id of a ${takes}`,
  takes,
  call,
  gets,
});
const refused = (takes: string, call: string) => trial(takes, `${call} { ${refusal} }`, notFound);

/** Every field of Query that takes an id of something owned. */
export const readings: readonly Trial[] = [
  trial('Subject', 'subject(id: $id) { id title }', null),
  trial('StudySession', 'studySession(id: $id) { id status }', null),
  trial('Quiz', 'quiz(id: $id) { id title }', null),
  trial('QuizAttempt', 'attempt(id: $id) { id state }', null),
  trial('QuestionBank', 'questionBank(id: $id) { id title }', null),
  trial('Generation', 'generation(id: $id) { id state }', null),
  trial('Card', 'previewReview(cardId: $id) { due }', []),
  trial('Deck', 'reviewQueue(input: { deckId: $id }) { items { position } }', { items: [] }),
  trial('Subject', 'reviewQueue(input: { subjectId: $id }) { items { position } }', { items: [] }),
  trial('Subject', 'quizzes(first: 5, subjectId: $id) { edges { node { id } } }', { edges: [] }),
  trial('Subject', 'nextActivities(subjectId: $id) { id }', []),
];

/** Mutations that take an id of something owned. */
export const changes: readonly Trial[] = [
  refused('Subject', 'updateSubject(id: $id, title: "Mine now", expectedVersion: 1)'),
  refused('Subject', 'createSkill(subjectId: $id, code: "a.b", title: "A skill")'),
  refused('Subject', 'createDeck(subjectId: $id, title: "A deck", idempotencyKey: $key)'),
  refused('Subject', 'startStudySession(input: { subjectId: $id, idempotencyKey: $key })'),
  refused('Subject', 'setGoal(kind: REVIEWS, target: 5, period: DAILY, subjectId: $id)'),
  refused(
    'Subject',
    'createMaterial(subjectId: $id, title: "A text", kind: NOTE, content: "Words.", idempotencyKey: $key)',
  ),
  refused('Subject', 'createQuestionBank(title: "A bank", subjectId: $id, idempotencyKey: $key)'),
  refused(
    'Subject',
    'createQuiz(input: { title: "A quiz", subjectId: $id, difficulty: EASY }, idempotencyKey: $key)',
  ),
  refused(
    'Upload',
    'createMaterial(subjectId: $own, title: "A text", kind: NOTE, uploadId: $id, idempotencyKey: $key)',
  ),
  refused('Upload', 'setAvatar(uploadId: $id)'),
  refused('Skill', 'setSkillPrerequisites(id: $id, prerequisiteIds: [])'),
  refused('Skill', 'createSkill(subjectId: $own, code: "c.d", title: "A skill", prerequisiteIds: [$id])'),
  refused('Material', 'reviseMaterial(id: $id, content: "Other words.", expectedRevision: 1)'),
  refused('Material', 'startGeneration(input: { kind: SUMMARY, materialId: $id }, idempotencyKey: $key)'),
  refused('Summary', 'acceptSummary(id: $id)'),
  refused('Deck', 'createCards(deckId: $id, cards: [{ front: "a", back: "b" }], idempotencyKey: $key)'),
  refused('Card', 'updateCard(id: $id, front: "Mine", expectedVersion: 1)'),
  refused('Card', 'submitReview(input: { cardId: $id, grade: EASY, clientReviewId: $key })'),
  refused('ReviewLog', 'undoReview(reviewId: $id)'),
  refused(
    'SchedulerPreset',
    'savePreset(id: $id, input: { name: "Mine", desiredRetention: 0.9, expectedVersion: 1 })',
  ),
  refused(
    'SchedulerPreset',
    'createDeck(subjectId: $own, title: "A deck", presetId: $id, idempotencyKey: $key)',
  ),
  refused('StudySession', 'pauseStudySession(id: $id)'),
  refused('StudySession', 'resumeStudySession(id: $id)'),
  refused('StudySession', 'heartbeatStudySession(id: $id)'),
  refused('StudySession', 'finishStudySession(id: $id)'),
  refused('Quiz', 'startAttempt(quizId: $id, idempotencyKey: $key)'),
  refused('Quiz', 'publishQuiz(id: $id, expectedRevision: 1)'),
  refused('Quiz', 'setQuizSlots(quizId: $id, slots: [], expectedRevision: 1)'),
  refused('QuizAttempt', 'submitAttempt(attemptId: $id, idempotencyKey: $key)'),
  refused('QuizAttempt', 'invalidateAttempt(attemptId: $id)'),
  refused('QuizAttempt', 'saveResponse(input: { attemptId: $id, itemId: "item", clientSequence: 9 })'),
  refused(
    'QuestionBank',
    'saveQuestion(input: { bankId: $id, prompt: "Why?", skillIds: [], text: { answers: [{ pattern: "so", weight: 1 }] } })',
  ),
  refused('QuestionBank', 'importQuestions(bankId: $id, format: GIFT, content: "Why? {=so}")'),
  refused('ReminderSchedule', 'pauseReminder(id: $id, paused: true)'),
  refused('Session', 'revokeSession(id: $id)'),
  refused(
    'Recommendation',
    'recordRecommendationFeedback(id: $id, feedback: DISMISSED, idempotencyKey: $key)',
  ),
  trial('Generation', 'cancelGeneration(id: $id) { id }', null),
  trial('Generation', 'rateGeneration(id: $id, rating: 1) { id }', null),
  trial('Notification', 'markNotificationsRead(ids: [$id]) { updated { id } }', { updated: [] }),
];

const declarations = { $id: 'ID!', $own: 'ID!', $key: 'String!' };

/** The operation that asks for the trial's field as `answer`. */
export function operationOf(kind: 'query' | 'mutation', { call }: Trial): string {
  const used = Object.entries(declarations).filter(([name]) => call.includes(name));
  return `${kind} (${used.map((each) => each.join(': ')).join(', ')}) { answer: ${call} }`;
}
