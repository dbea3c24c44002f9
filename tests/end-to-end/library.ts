import { randomUUID } from 'node:crypto';
import type { Learner } from '../../scripts/story/learner.ts';
import { eventually } from '../../scripts/story/narrator.ts';
import { postGraphql } from './raw.ts';

const text = `A leaf is a small factory. Chlorophyll absorbs red and blue light and reflects green light.
Stomata are pores that let carbon dioxide in and let oxygen out. The Calvin cycle fixes carbon dioxide into sugar.
Mitochondria release the energy of sugar. Water rises through the xylem and sugar travels through the phloem.`;

/** Does one mutation per item, all in one request, and answers the ids of what came of them. */
async function each(learner: Learner, items: readonly string[], call: (item: string) => string) {
  const calls = items.map((item, index) => `a${index}: ${call(item)}`);
  const answer = await postGraphql(learner.places.gateway, {
    token: learner.accessToken,
    query: `mutation { ${calls.join('\n')} }`,
  });
  const results = Object.values(answer.data ?? {}) as { id?: string; code?: string }[];
  if (answer.errors.length > 0 || results.some(({ code }) => code)) throw new Error(answer.text);
  return results.map(({ id = '' }) => id);
}

const failure = '... on UserError { code message path }';
const key = () => JSON.stringify(randomUUID());
const quoted = (value: string) => JSON.stringify(value);

async function writeQuizzes(learner: Learner, subjects: readonly string[]): Promise<string[]> {
  const [subject = ''] = subjects;
  const [bank = ''] = await each(
    learner,
    [subject],
    (id) =>
      `createQuestionBank(title: "Leaves", subjectId: "${id}", idempotencyKey: ${key()}) { ... on QuestionBank { id } ${failure} }`,
  );
  const [entry = ''] = await each(
    learner,
    [bank],
    (id) => `saveQuestion(input: { bankId: "${id}", prompt: "What absorbs light?", skillIds: [],
      text: { answers: [{ pattern: "chlorophyll", weight: 1 }] } }) { ... on BankEntry { id } ${failure} }`,
  );
  const quizzes = await each(
    learner,
    subjects,
    (id) =>
      `createQuiz(input: { title: "Leaves", subjectId: "${id}", difficulty: EASY }, idempotencyKey: ${key()}) { ... on Quiz { id } ${failure} }`,
  );
  await each(
    learner,
    quizzes,
    (id) =>
      `setQuizSlots(quizId: "${id}", expectedRevision: 1, slots: [{ maxScore: 1, entryId: "${entry}" }]) { ... on Quiz { id } ${failure} }`,
  );
  await each(
    learner,
    quizzes,
    (id) => `publishQuiz(id: "${id}", expectedRevision: 2) { ... on Quiz { id } ${failure} }`,
  );
  return quizzes;
}

async function studySubjects(learner: Learner, subjects: readonly string[]): Promise<void> {
  for (const subject of subjects) {
    const input = `{ subjectId: "${subject}", idempotencyKey: ${key()} }`;
    const [session = ''] = await each(
      learner,
      [input],
      (given) => `startStudySession(input: ${given}) { ... on StudySession { id } ${failure} }`,
    );
    await each(
      learner,
      [session],
      (id) => `finishStudySession(id: "${id}") { ... on StudySession { id } ${failure} }`,
    );
  }
}

async function fillSubjects(learner: Learner, subjects: readonly string[]): Promise<void> {
  const skills = await each(
    learner,
    subjects,
    (id) =>
      `createSkill(subjectId: "${id}", code: "leaf", title: "Leaves") { ... on Skill { id } ${failure} }`,
  );
  const decks = await each(
    learner,
    subjects,
    (id) =>
      `createDeck(subjectId: "${id}", title: "Leaves", idempotencyKey: ${key()}) { ... on Deck { id } ${failure} }`,
  );
  const pairs = decks.map(
    (deck, index) => `deckId: "${deck}", cards: [{ front: "a", back: "b", skillIds: ["${skills[index]}"] }]`,
  );
  await each(
    learner,
    pairs,
    (given) =>
      `createCards(${given}, idempotencyKey: ${key()}) { ... on CardsCreated { cards { id } } ${failure} }`,
  );
}

/** Waits for what the events of the library bring about. */
async function settled(learner: Learner, count: number): Promise<void> {
  const query = `query ($count: Int!) { viewer {
    notifications(first: $count, category: QUIZ_RESULT) { edges { node { id } } }
    generations(first: $count) { edges { node { state } } }
    attempts(first: $count) { edges { node { state } } }
  } }`;
  await eventually(
    'the library to settle',
    async () => {
      const { text: all } = await postGraphql(learner.places.gateway, {
        token: learner.accessToken,
        query,
        variables: { count },
      });
      const notified = all.split('"ntf_').length - 1;
      return notified >= count && !/QUEUED|RUNNING|IN_PROGRESS/.test(all);
    },
    60_000,
  );
}

/** Gives the learner so many (20 at most) of everything that is shown in lists. */
export async function stockLibrary(learner: Learner, count: number): Promise<void> {
  const numbers = Array.from({ length: count }, (_, index) => `${index + 1}`);
  const subjects = await each(
    learner,
    numbers,
    (number) =>
      `createSubject(title: "Subject ${number}", idempotencyKey: ${key()}) { ... on Subject { id } ${failure} }`,
  );
  const materials = await each(
    learner,
    subjects,
    (id) =>
      `createMaterial(subjectId: "${id}", title: "Leaves", kind: NOTE, content: ${quoted(`${text} ${id}`)}, idempotencyKey: ${key()}) { ... on Material { id } ${failure} }`,
  );
  await fillSubjects(learner, subjects);
  await studySubjects(learner, subjects);
  const quizzes = await writeQuizzes(learner, subjects);
  const attempts = await each(
    learner,
    quizzes,
    (id) =>
      `startAttempt(quizId: "${id}", idempotencyKey: ${key()}) { ... on QuizAttempt { id } ${failure} }`,
  );
  await each(
    learner,
    attempts,
    (id) =>
      `submitAttempt(attemptId: "${id}", idempotencyKey: ${key()}) { ... on QuizAttempt { id } ${failure} }`,
  );
  await each(
    learner,
    materials,
    (id) =>
      `startGeneration(input: { kind: SUMMARY, materialId: "${id}" }, idempotencyKey: ${key()}) { ... on Generation { id } ${failure} }`,
  );
  await settled(learner, count);
}
