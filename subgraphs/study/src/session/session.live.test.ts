import { describe, expect, it } from '@jest/globals';
import { newId } from '@studymate/contracts';
import { someKey, someViewer } from '@studymate/testkit';
import { openStudy } from '../../tests/world.ts';

const study = await openStudy();
const query = 'subscription ($id: ID!) { studySessionUpdated(id: $id) { id status activeSeconds version } }';

async function someSession() {
  const viewer = someViewer();
  const subject = await study.someSubject(viewer);
  const { id } = await study.tell(
    viewer,
    'mutation ($input: StartSessionInput!) { startStudySession(input: $input) { ... on StudySession { id } } }',
    { input: { subjectId: subject.id, idempotencyKey: someKey() } },
  );
  const change = (verb: string) =>
    study.tell(viewer, `mutation ($id: ID!) { ${verb}StudySession(id: $id) { __typename } }`, { id });
  return { viewer, id: String(id), change };
}

describe('studySessionUpdated', () => {
  it('begins with the session as it is, and tells of every change', async () => {
    const { viewer, id, change } = await someSession();
    const followed = await study.follow(viewer, query, { id });
    const next = async () => (await followed.next()).data.studySessionUpdated;

    expect(await next()).toMatchObject({ id, status: 'ACTIVE' });
    study.pass(0.5);
    await change('pause');
    expect(await next()).toMatchObject({ status: 'PAUSED', activeSeconds: 1800 });
    await change('resume');
    expect(await next()).toMatchObject({ status: 'ACTIVE' });
    await change('finish');
    expect(await next()).toMatchObject({ status: 'COMPLETED', activeSeconds: 1800 });
    followed.stop();
  });

  it('is for the one who studies', async () => {
    const { id } = await someSession();
    for (const wanted of [id, newId('StudySession')]) {
      const { refusal } = await study.follow(someViewer(), query, { id: wanted });
      expect(refusal?.map(({ extensions }) => extensions.code)).toEqual(['NOT_FOUND']);
    }
  });
});
