import { join } from 'node:path';
import { typenameOf } from '@studymate/contracts';
import { askForFlashcards, askForQuiz, askForSummary } from '../scripts/story/generation.chapter.ts';
import type { Learner } from '../scripts/story/learner.ts';
import { eventually } from '../scripts/story/narrator.ts';
import { takeQuiz } from '../scripts/story/quiz.chapter.ts';
import { reviewOneCard } from '../scripts/story/review.chapter.ts';
import { addMaterial, createSubject } from '../scripts/story/study.chapter.ts';
import { type OpenHouse, root } from '../tests/end-to-end/house.ts';
import { silently } from '../tests/end-to-end/people.ts';
import { postGraphql } from '../tests/end-to-end/raw.ts';

const furnish = `mutation ($subject: ID!, $key: String!) {
  startStudySession(input: { subjectId: $subject, idempotencyKey: $key }) { __typename }
  setGoal(kind: REVIEWS, target: 20, period: WEEKLY, subjectId: $subject) { __typename }
  savePreset(input: { name: "Gentle", desiredRetention: 0.85 }) { __typename ... on SchedulerPreset { id } }
  createUpload(filename: "notes.md", contentType: "text/markdown", byteSize: 20) { ... on Upload { id } }
  registerDevice(platform: WEB, token: "a-device-token-of-hers-alone", label: "Laptop") { __typename }
  createQuestionBank(title: "Cells", subjectId: $subject, idempotencyKey: $key) { ... on QuestionBank { id } }
  scheduleReminder(category: REVIEW_DUE, rrule: "FREQ=DAILY;BYHOUR=20") { __typename }
}`;

const writeQuestion = `mutation ($bank: ID!) {
  saveQuestion(input: {
    bankId: $bank, prompt: "What gives a leaf its colour?", skillIds: []
    text: { answers: [{ pattern: "chlorophyll", weight: 1 }] }
  }) { __typename }
}`;

const inventory = `query ($subject: ID!, $material: ID!) {
  viewer {
    id
    sessions(first: 1) { edges { node { id } } }
    loginHistory(first: 1) { edges { node { id } } }
    goals { id }
    attempts(first: 1) { edges { node { id items { id question { id } } } } }
    generations(first: 3) { edges { node { id } } }
    recommendations(first: 1) { edges { node { id } } }
    notifications(first: 1) { edges { node { id } } }
    devices { id }
    reminders { id }
    credits { ledger(first: 1) { edges { node { id } } } }
  }
  subject(id: $subject) {
    id
    skills(first: 2) { edges { node { id } } }
    summaries(first: 1) { edges { node { id } } }
    sessions(first: 1) { edges { node { id } } }
    decks(first: 1) {
      edges { node { id preset { id } cards(first: 1) { edges { node { id history(first: 1) { edges { node { id } } } } } } } }
    }
    quizzes(first: 1) { edges { node { id } } }
    questionBanks { id entries(first: 1) { edges { node { id } } } }
  }
  material: node(id: $material) { ... on Material { id chunks(first: 1) { edges { node { id } } } } }
}`;

/** Every id in an answer. */
function idsIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(idsIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === 'id' && typeof inner === 'string' ? [inner] : idsIn(inner),
  );
}

export interface Possessions {
  /** One id of each type, under the type's name; of a row that is no Node, under a name of ours. */
  readonly byType: Readonly<Record<string, string>>;
  readonly all: readonly string[];
}

/** A day of study of the learner, and the ids of everything that came of it. */
export async function collectPossessions(house: OpenHouse, learner: Learner): Promise<Possessions> {
  const subjectId = await createSubject(learner, silently, 'Biology');
  const path = join(root, 'samples/photosynthesis.md');
  const material = await addMaterial(learner, silently, { subjectId, title: 'Photosynthesis', path });
  await askForSummary(learner, silently, material);
  await takeQuiz(learner, silently, await askForQuiz(learner, silently, material));
  await reviewOneCard(learner, silently, await askForFlashcards(learner, silently, material));
  const ask = (query: string, variables: Record<string, unknown>) =>
    postGraphql(house.places.gateway, { token: learner.accessToken, query, variables });
  const furnished = await ask(furnish, { subject: subjectId, key: 'furnish' });
  const made = (furnished.data ?? {}) as Record<string, { id?: string }>;
  const rest = ['createUpload', 'savePreset', 'createQuestionBank'].map((name) => made[name]?.id ?? '');
  await ask(writeQuestion, { bank: made.createQuestionBank?.id });
  return eventually('all of her possessions', async () => {
    const answer = await ask(inventory, { subject: subjectId, material: material.id });
    if (answer.errors.length > 0) throw new Error(answer.text);
    const all = [...new Set([...idsIn(answer.data), ...rest])];
    const byType = Object.fromEntries(all.map((id) => [typenameOf(id) ?? 'Row', id]));
    const isComplete = ['Notification', 'Recommendation', 'QuizAttempt', 'ReviewLog'].every(
      (type) => type in byType,
    );
    return isComplete ? { byType: { ...byType, Upload: made.createUpload?.id ?? '' }, all } : null;
  });
}
