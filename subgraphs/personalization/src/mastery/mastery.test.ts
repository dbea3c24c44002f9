import { afterAll, describe, expect, it } from '@jest/globals';
import { type EventPayload, newId, newRowId } from '@studymate/contracts';
import { connectPersonalization } from '@studymate/database/personalization';
import { asker, countQueries, deliver, outboxOf, someViewer, testDatabase } from '@studymate/testkit';
import { createContext } from '../context.ts';
import { personalizationEvents } from '../events.ts';
import { schema } from '../schema.ts';

const postgres = await testDatabase('personalization');
const database = connectPersonalization(postgres.url);
const ask = asker(schema, (viewer) => createContext({ database, resources: {}, viewer }));
const system = () => createContext({ database, resources: {}, viewer: null });

afterAll(() => database.$disconnect());

const tellOfSubject = async (ownerId: string) => {
  const payload = { subjectId: newId('Subject'), ownerId, title: 'Biology', defaultSkillId: newId('Skill') };
  await deliver(system(), personalizationEvents['study.subject.created'], {
    name: 'study.subject.created',
    payload,
  });
  return payload;
};

const attemptOf = (
  userId: string,
  subjectId: string,
  items: readonly { readonly skillIds: readonly string[]; readonly fraction: number }[],
): EventPayload<'quiz.attempt.graded'> => ({
  attemptId: newId('QuizAttempt'),
  quizId: newId('Quiz'),
  quizTitle: 'Cells',
  subjectId,
  userId,
  score: 1,
  maxScore: items.length,
  fraction: 0.5,
  passed: null,
  gradedAt: new Date().toISOString(),
  items: items.map(({ skillIds, fraction }) => ({
    itemId: newRowId(),
    questionId: newId('ChoiceQuestion'),
    skillIds: [...skillIds],
    fraction,
    difficulty: 0,
  })),
});

const grade = (payload: EventPayload<'quiz.attempt.graded'>, id = newRowId()) =>
  deliver(system(), personalizationEvents['quiz.attempt.graded'], {
    name: 'quiz.attempt.graded',
    payload,
    id,
  });

const entity = (type: string, selection: string) =>
  `query ($id: ID!) { _entities(representations: [{ __typename: "${type}", id: $id }]) { ... on ${type} { ${selection} } } }`;

describe('mastery', () => {
  it('rises by an exercise on one skill, once per attempt', async () => {
    const ada = someViewer();
    const { subjectId, defaultSkillId } = await tellOfSubject(ada.id);
    const attempt = attemptOf(ada.id, subjectId, [
      { skillIds: [], fraction: 1 },
      { skillIds: [], fraction: 0.5 },
    ]);
    const eventId = newRowId();
    await grade(attempt, eventId);
    await grade(attempt, eventId);

    const skill = await ask(ada, entity('Skill', 'mastery { level observations evidence { reference } }'), {
      id: defaultSkillId,
    });
    expect(skill.data._entities[0].mastery).toMatchObject({ level: 'FAMILIAR', observations: 2 });
    expect(skill.data._entities[0].mastery.evidence).toHaveLength(2);

    const subject = await ask(
      ada,
      entity('Subject', 'mastery { fraction points pointsPossible byLevel { level count } weakest { id } }'),
      { id: subjectId },
    );
    expect(subject.data._entities[0].mastery).toMatchObject({
      fraction: 0.5,
      points: 50,
      pointsPossible: 100,
      weakest: [{ id: defaultSkillId }],
    });
  });

  it('moves by single items when an attempt mixes skills, and tells of each change', async () => {
    const ada = someViewer();
    const { subjectId } = await tellOfSubject(ada.id);
    const [first, second] = [newId('Skill'), newId('Skill')];
    const attempt = attemptOf(ada.id, subjectId, [
      { skillIds: [first], fraction: 1 },
      { skillIds: [first], fraction: 1 },
      { skillIds: [second], fraction: 0 },
    ]);
    await grade(attempt);

    const { data } = await ask(
      ada,
      entity('QuizAttempt', 'masteryChanges { skill { id } before after reason }'),
      {
        id: attempt.attemptId,
      },
    );
    expect(data._entities[0].masteryChanges).toEqual(
      expect.arrayContaining([
        { skill: { id: first }, before: 'NOT_STARTED', after: 'FAMILIAR', reason: 'Cells' },
        { skill: { id: second }, before: 'NOT_STARTED', after: 'ATTEMPTED', reason: 'Cells' },
      ]),
    );
    const told = (await outboxOf(database)).filter(({ payload }) => payload.userId === ada.id);
    expect(told.map(({ name }) => name)).toEqual([
      'personalization.mastery.changed',
      'personalization.mastery.changed',
    ]);
  });

  it('is nobody else’s to see', async () => {
    const ada = someViewer();
    const { subjectId, defaultSkillId } = await tellOfSubject(ada.id);
    const attempt = attemptOf(ada.id, subjectId, [{ skillIds: [], fraction: 1 }]);
    await grade(attempt);
    const stranger = someViewer();

    const subject = await ask(stranger, entity('Subject', 'mastery { fraction }'), { id: subjectId });
    const skill = await ask(stranger, entity('Skill', 'mastery { level }'), { id: defaultSkillId });
    const changes = await ask(stranger, entity('QuizAttempt', 'masteryChanges { after }'), {
      id: attempt.attemptId,
    });

    expect(subject.data._entities).toEqual([{ mastery: null }]);
    expect(skill.data._entities).toEqual([{ mastery: null }]);
    expect(changes.data._entities).toEqual([{ masteryChanges: null }]);
  });

  it('is not learned of who opted out, and can be forgotten', async () => {
    const ada = someViewer();
    const { subjectId } = await tellOfSubject(ada.id);
    await grade(attemptOf(ada.id, subjectId, [{ skillIds: [], fraction: 1 }]));

    await ask(ada, 'mutation { setPersonalizationOptOut(optOut: true) { optedOut } }');
    await grade(attemptOf(ada.id, subjectId, [{ skillIds: [], fraction: 1 }]));
    const profile = await ask(ada, entity('User', 'learnerProfile { observations optedOut level }'), {
      id: ada.id,
    });
    expect(profile.data._entities[0].learnerProfile).toEqual({
      observations: 1,
      optedOut: true,
      level: 'NOVICE',
    });

    const { data } = await ask(ada, 'mutation { resetLearnerModel { observations level } }');
    expect(data.resetLearnerModel).toEqual({ observations: 0, level: 'NEW' });
    const subject = await ask(ada, entity('Subject', 'mastery { points }'), { id: subjectId });
    expect(subject.data._entities[0].mastery.points).toBe(0);
  });

  it('of many subjects costs as many queries as of one', async () => {
    const ada = someViewer();
    const subjects = await Promise.all(Array.from({ length: 5 }, () => tellOfSubject(ada.id)));
    const { client, sent } = countQueries(database);
    const askCounted = asker(schema, (viewer) => createContext({ database: client, resources: {}, viewer }));
    const representations = subjects.map(({ subjectId }) => ({ __typename: 'Subject', id: subjectId }));

    const { data } = await askCounted(
      ada,
      'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Subject { mastery { points } } } }',
      { r: representations },
    );

    expect(data._entities).toHaveLength(5);
    expect(sent.count).toBe(1);
  });
});
