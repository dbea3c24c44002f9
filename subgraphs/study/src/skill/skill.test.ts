import { describe, expect, it } from '@jest/globals';
import type { Viewer } from '@studymate/contracts';
import { outboxOf, someViewer } from '@studymate/testkit';
import { openStudy } from '../../tests/world.ts';

const study = await openStudy();
const { tell } = study;

const answer =
  '{ __typename ... on Skill { id skillCode: code prerequisites { skillCode: code } subject { id } } ... on UserError { code path } }';
const create = (viewer: Viewer, subjectId: string, input: { code: string; title?: string; ids?: string[] }) =>
  tell(
    viewer,
    `mutation ($subjectId: ID!, $code: String!, $title: String!, $ids: [ID!]) {
      createSkill(subjectId: $subjectId, code: $code, title: $title, prerequisiteIds: $ids) ${answer}
    }`,
    { subjectId, title: 'A skill', ...input },
  );
const relate = (viewer: Viewer, id: string, ids: string[]) =>
  tell(
    viewer,
    `mutation ($id: ID!, $ids: [ID!]!) { setSkillPrerequisites(id: $id, prerequisiteIds: $ids) ${answer} }`,
    { id, ids },
  );

async function someLearner() {
  const viewer = someViewer();
  return { viewer, subjectId: String((await study.someSubject(viewer)).id) };
}

describe('skill', () => {
  it('is created with what it builds on, and told to the world', async () => {
    const { viewer, subjectId } = await someLearner();
    const add = await create(viewer, subjectId, { code: 'add' });
    const multiply = await create(viewer, subjectId, { code: 'multiply', ids: [add.id, add.id] });
    expect(multiply).toMatchObject({
      skillCode: 'multiply',
      prerequisites: [{ skillCode: 'add' }],
      subject: { id: subjectId },
    });
    const told = (await outboxOf(study.database)).filter(({ payload }) => payload.skillId === multiply.id);
    expect(told).toMatchObject([
      { name: 'study.skill.created', payload: { code: 'multiply', prerequisiteIds: [add.id] } },
    ]);
  });

  it('is the same when it is created again alike, and refused when only its code is', async () => {
    const { viewer, subjectId } = await someLearner();
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => create(viewer, subjectId, { code: 'add' })),
    );
    expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
    expect(await create(viewer, subjectId, { code: 'add', title: 'Other' })).toMatchObject({
      __typename: 'ConflictError',
    });
  });

  it('never builds on itself', async () => {
    const { viewer, subjectId } = await someLearner();
    const a = await create(viewer, subjectId, { code: 'a' });
    const b = await create(viewer, subjectId, { code: 'b', ids: [a.id] });
    const c = await create(viewer, subjectId, { code: 'c', ids: [b.id] });
    for (const ids of [[a.id], [b.id], [c.id]]) {
      expect(await relate(viewer, a.id, ids)).toMatchObject({
        code: 'VALIDATION',
        path: ['prerequisiteIds'],
      });
    }
    expect(await relate(viewer, c.id, [a.id])).toMatchObject({ prerequisites: [{ skillCode: 'a' }] });
    const crossed = await Promise.all([relate(viewer, a.id, [b.id]), relate(viewer, b.id, [a.id])]);
    expect(crossed.map(({ __typename }) => __typename)).toEqual(['ValidationError', 'Skill']);
  });

  it('belongs to one subject and one learner', async () => {
    const { viewer, subjectId } = await someLearner();
    const other = await someLearner();
    const skill = await create(viewer, subjectId, { code: 'add' });
    const elsewhere = String((await study.someSubject(viewer, 'Other')).id);
    expect(await create(viewer, elsewhere, { code: 'x', ids: [skill.id] })).toMatchObject({
      code: 'NOT_FOUND',
    });
    expect(await create(other.viewer, subjectId, { code: 'x' })).toMatchObject({ code: 'NOT_FOUND' });
    expect(await relate(other.viewer, skill.id, [])).toMatchObject({ code: 'NOT_FOUND' });
    expect(await study.tellEntity(viewer, ['Skill', skill.id])).toEqual({ id: skill.id });
    expect(await study.tellEntity(other.viewer, ['Skill', skill.id])).toBeNull();
  });

  it.each(['', 'two words', '-a', 'a..b', 'x'.repeat(61)])('refuses the code “%s”', async (code) => {
    const { viewer, subjectId } = await someLearner();
    expect(await create(viewer, subjectId, { code })).toMatchObject({ code: 'VALIDATION', path: ['code'] });
  });
});
