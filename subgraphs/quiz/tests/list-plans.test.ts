import { expect, it } from '@jest/globals';
import { explainReads } from '@studymate/testkit';
import { start } from './attempts.ts';
import { createWorld, makePublishedQuiz } from './world.ts';

const world = await createWorld();

const lists = `query ($subject: ID!, $bank: ID!, $quiz: ID!, $user: [_Any!]!, $subjects: [_Any!]!) {
  gradingQueue(first: 10) { edges { node { item { id } } } }
  quizzes(first: 10) { edges { node { id } } }
  backwards: quizzes(last: 10) { edges { node { id } } }
  ofSubject: quizzes(first: 10, subjectId: $subject) { edges { node { id } } }
  questionBank(id: $bank) { entries(first: 10) { edges { node { id } } } }
  quiz(id: $quiz) { viewerAttempts(first: 10) { edges { node { id } } } }
  learner: _entities(representations: $user) {
    ... on User {
      attempts(first: 10) { edges { node { id } } }
      atQuiz: attempts(first: 10, quizId: $quiz) { edges { node { id } } }
    }
  }
  subjects: _entities(representations: $subjects) {
    ... on Subject { quizzes(first: 10) { edges { node { id } } } questionBanks { id } }
  }
}`;

it('serves each list of quiz by an index', async () => {
  const { author, bankId, quizId } = await makePublishedQuiz(world);
  await start(world, author.viewer, quizId);
  const { tables, whole } = await explainReads(world.url, async () => {
    const { errors } = await world.ask(author.viewer, lists, {
      subject: author.subjectId,
      bank: bankId,
      quiz: quizId,
      user: [{ __typename: 'User', id: author.viewer.id }],
      subjects: [{ __typename: 'Subject', id: author.subjectId }],
    });
    expect(errors).toEqual([]);
  });
  expect(tables).toEqual(
    expect.arrayContaining(['Attempt', 'AttemptItem', 'BankEntry', 'QuestionBank', 'Quiz']),
  );
  expect(whole).toEqual([]);
});
