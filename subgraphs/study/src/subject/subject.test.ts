import { describe, expect, it } from '@jest/globals';
import { outboxOf, someKey, someViewer } from '@studymate/testkit';
import { openStudy } from '../../tests/world.ts';

const study = await openStudy();
const { ask, tell, someSubject } = study;

const create = `mutation ($title: String!, $color: String, $key: String!) {
  createSubject(title: $title, color: $color, idempotencyKey: $key) {
    __typename ... on Subject { id title color version owner { id } skills { edges { node { code title } } } }
    ... on UserError { code path }
  }
}`;
const update = `mutation ($id: ID!, $title: String, $archived: Boolean, $version: Int!) {
  updateSubject(id: $id, title: $title, archived: $archived, expectedVersion: $version) {
    __typename ... on Subject { title version archivedAt } ... on UserError { code }
    ... on ConflictError { currentVersion }
  }
}`;
const read = 'query ($id: ID!) { subject(id: $id) { title } }';

describe('subject', () => {
  it('is created with a general skill and told to the world', async () => {
    const ada = someViewer();
    const subject = await tell(ada, create, { title: '  생물학 ', color: '#3366cc', key: someKey() });
    expect(subject).toMatchObject({ title: '생물학', color: '#3366cc', version: 1, owner: { id: ada.id } });
    expect(subject.skills.edges).toEqual([{ node: { code: 'general', title: '생물학' } }]);
    const events = (await outboxOf(study.database)).filter(({ payload }) => payload.subjectId === subject.id);
    expect(events).toEqual([
      {
        name: 'study.subject.created',
        payload: expect.objectContaining({
          ownerId: ada.id,
          title: '생물학',
          defaultSkillId: expect.stringMatching(/^skl_/),
        }),
      },
    ]);
  });

  it('is its owner’s alone', async () => {
    const ada = someViewer();
    const stranger = someViewer({ roles: ['ADMIN'] });
    const { id } = await someSubject(ada);
    expect(await tell(ada, read, { id })).toEqual({ title: 'Biology' });
    expect(await tell(stranger, read, { id })).toBeNull();
    expect(await study.tellEntity(ada, ['Subject', id])).toEqual({ id });
    expect(await study.tellEntity(stranger, ['Subject', id])).toBeNull();
    expect(await tell(stranger, update, { id, title: 'Mine', version: 1 })).toEqual({
      __typename: 'NotFoundError',
      code: 'NOT_FOUND',
    });
    expect((await ask(null, read, { id })).errors[0]?.extensions.code).toBe('UNAUTHENTICATED');
  });

  it('is made once per key, and a key says one thing', async () => {
    const ada = someViewer();
    const key = someKey();
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => tell(ada, create, { title: 'Once', key })),
    );
    expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
    expect(await study.database.subject.count({ where: { ownerId: ada.id } })).toBe(1);
    expect(await tell(ada, create, { title: 'Twice', key })).toMatchObject({ code: 'IDEMPOTENCY_MISMATCH' });
    expect(await tell(someViewer(), create, { title: 'Twice', key })).toMatchObject({ title: 'Twice' });
  });

  it.each([
    [{ title: ' ' }, 'title'],
    [{ title: 'x'.repeat(121) }, 'title'],
    [{ title: 'Red', color: 'red' }, 'color'],
  ])('refuses %j', async (input, path) => {
    const answer = await tell(someViewer(), create, { ...input, key: someKey() });
    expect(answer).toMatchObject({ __typename: 'ValidationError', code: 'VALIDATION', path: [path] });
  });

  it('changes only at the version the client knows', async () => {
    const ada = someViewer();
    const { id } = await someSubject(ada);
    expect(await tell(ada, update, { id, title: 'Botany', version: 1 })).toMatchObject({
      title: 'Botany',
      version: 2,
    });
    expect(await tell(ada, update, { id, title: 'Zoology', version: 1 })).toMatchObject({
      __typename: 'ConflictError',
      currentVersion: 2,
    });
    expect(await tell(ada, update, { id, archived: true, version: 2 })).toMatchObject({
      title: 'Botany',
      archivedAt: study.time.now.toISOString(),
    });
  });

  it('is listed newest first, page by page, filtered, and counted', async () => {
    const ada = someViewer();
    const ids: string[] = [];
    for (const title of ['Algebra', 'Botany', 'Calculus']) ids.unshift((await someSubject(ada, title)).id);
    const list = `query ($first: Int, $after: String, $filter: SubjectFilter) {
      subjects(first: $first, after: $after, filter: $filter) {
        edges { node { id } } pageInfo { hasNextPage endCursor } totalCount
      }
    }`;
    const first = await tell(ada, list, { first: 2 });
    expect(first.edges.map((edge: { node: { id: string } }) => edge.node.id)).toEqual(ids.slice(0, 2));
    expect(first).toMatchObject({ totalCount: 3, pageInfo: { hasNextPage: true } });
    await someSubject(ada, 'Inserted meanwhile');
    const second = await tell(ada, list, { first: 2, after: first.pageInfo.endCursor });
    expect(second.edges).toEqual([{ node: { id: ids[2] } }]);
    expect(second.pageInfo.hasNextPage).toBe(false);

    await tell(ada, update, { id: ids[0], archived: true, version: 1 });
    expect((await tell(ada, list, { filter: { archived: true } })).edges).toEqual([{ node: { id: ids[0] } }]);
    expect((await tell(ada, list, { filter: { search: 'BOT' } })).edges).toEqual([{ node: { id: ids[1] } }]);
    expect((await ask(ada, list, { first: 101 })).errors[0]?.extensions.code).toBe('VALIDATION');
    expect((await ask(ada, list, { after: 'nonsense' })).errors[0]?.extensions.code).toBe('VALIDATION');
  });

  it('shows a learner’s subjects to the learner alone', async () => {
    const ada = someViewer();
    const { id } = await someSubject(ada);
    const selection = 'subjects(first: 5) { edges { node { id } } totalCount }';
    expect((await study.tellUser(ada, selection)).subjects).toEqual({
      edges: [{ node: { id } }],
      totalCount: 1,
    });
    expect((await study.tellUser(ada, selection, someViewer())).subjects).toBeNull();
  });

  it('lists any number of subjects with everything in them by a fixed number of queries', async () => {
    const ada = someViewer();
    const everything = `query { subjects(first: 50) { totalCount edges { node {
      id dueCount progress { completionRate trend { date } lastActivityAt cardsTotal }
      skills(first: 5) { totalCount edges { node { code subject { id } prerequisites { id } } } }
      materials(first: 5) { totalCount edges { node { id content chunks { edges { node { index } } } summaries { id } } } }
      decks(first: 5) { totalCount edges { node { title preset { name } counts { new due } cards(first: 5) { totalCount edges { node {
        front skills { code } schedule { retrievability presetVersion } history(first: 2) { totalCount edges { node { grade } } } deck { id }
      } } } } } }
      sessions(first: 5) { totalCount edges { node { activeSeconds pausedSeconds intervals { kind } reviews { totalCount edges { node { id } } } } } }
      summaries(first: 5) { totalCount edges { node { stale material { id } } } }
    } } } }`;
    const fill = async () => {
      const { id } = await someSubject(ada);
      const deck = await study.someDeck(ada, id);
      await study.someCards(ada, deck.id, 3);
      await tell(
        ada,
        `mutation ($id: ID!, $key: String!) { createMaterial(subjectId: $id, title: "M", kind: NOTE, content: "Text.", idempotencyKey: $key) { __typename } }`,
        { id, key: someKey() },
      );
      const session = await tell(
        ada,
        `mutation ($input: StartSessionInput!) { startStudySession(input: $input) { ... on StudySession { id } } }`,
        { input: { subjectId: id, idempotencyKey: someKey() } },
      );
      await tell(ada, 'mutation ($id: ID!) { finishStudySession(id: $id) { __typename } }', {
        id: session.id,
      });
    };
    const count = async () => {
      study.sent.count = 0;
      await tell(ada, everything);
      return study.sent.count;
    };
    await fill();
    const withOne = await count();
    for (let index = 0; index < 4; index += 1) await fill();
    const withFive = await count();
    expect(withFive).toBe(withOne);
    expect(withFive).toBeLessThan(45);
  });
});
