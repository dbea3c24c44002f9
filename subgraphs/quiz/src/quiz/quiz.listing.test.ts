import { describe, expect, it } from '@jest/globals';
import type { Viewer } from '@studymate/contracts';
import { someViewer } from '@studymate/testkit';
import { attemptFields, start, submit } from '../../tests/attempts.ts';
import { createWorld, makePublishedQuiz, makeQuiz, withSubject } from '../../tests/world.ts';

const world = await createWorld();

const list = async (viewer: Viewer, given: string) =>
  (
    await world.get(
      viewer,
      `{ quizzes(${given}) { totalCount edges { cursor node { id title } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`,
    )
  ).quizzes;

interface Page {
  readonly edges: readonly { readonly node: { readonly id: string } }[];
}
const idsOf = ({ edges }: Page) => edges.map(({ node }) => node.id);

describe('quizzes', () => {
  it('pages through what the viewer may see, from either end, stable while quizzes are added', async () => {
    const author = await withSubject(world, 'AUTHOR');
    const made: string[] = [];
    for (let index = 0; index < 5; index += 1)
      made.push(await makeQuiz(world, author, { title: `Draft ${index}` }));
    const newestFirst = made.toReversed();

    const own = `subjectId: "${author.subjectId}"`;
    const first = await list(author.viewer, `first: 2, ${own}`);
    expect(idsOf(first)).toEqual(newestFirst.slice(0, 2));
    expect(first).toMatchObject({ totalCount: 5, pageInfo: { hasNextPage: true, hasPreviousPage: false } });
    await makeQuiz(world, author, { title: 'Newcomer' });
    const second = await list(author.viewer, `first: 2, after: "${first.pageInfo.endCursor}", ${own}`);
    expect(idsOf(second)).toEqual(newestFirst.slice(2, 4));

    const last = await list(author.viewer, `last: 2, ${own}`);
    expect(idsOf(last)).toEqual(newestFirst.slice(3));
    expect(last.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
    const before = await list(author.viewer, `last: 2, before: "${last.pageInfo.startCursor}", ${own}`);
    expect(idsOf(before)).toEqual(newestFirst.slice(1, 3));
    expect(before.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: true });
    expect(idsOf(await list(author.viewer, `first: 9, search: "NEWCOM", ${own}`))).toHaveLength(1);
  });

  it('holds no draft and no private quiz of others', async () => {
    const hidden = await makePublishedQuiz(world, { visibility: 'PRIVATE' });
    const shown = await makePublishedQuiz(world);
    await makeQuiz(world, shown.author, { title: 'Unfinished' });
    const seen = idsOf(await list(someViewer(), 'first: 100'));
    expect(seen).toContain(shown.quizId);
    expect(seen).not.toContain(hidden.quizId);
    expect(idsOf(await list(someViewer(), `first: 10, subjectId: "${shown.author.subjectId}"`))).toEqual([
      shown.quizId,
    ]);
  });

  it.each(['first: 0', 'first: 101', 'first: 1, after: "junk"', 'first: 1, last: 1'])(
    'refuses %s',
    async (given) => {
      const { errors } = await world.ask(someViewer(), `{ quizzes(${given}) { totalCount } }`);
      expect(errors[0]?.extensions).toMatchObject({ code: 'VALIDATION' });
    },
  );
});

describe('the number of queries', () => {
  const startScreen = `id title subject { id } createdBy { id } settings { scoring } startability { canStart resumableAttempt { id } }
    viewerBestScore { fraction } viewerAttempts(first: 5) { totalCount edges { node { number score { raw } } } }`;

  it('does not grow with the quizzes of a list', async () => {
    const viewer = someViewer();
    const query = `query ($first: Int) { quizzes(first: $first) { totalCount edges { node { ${startScreen} } } } }`;
    for (let index = 0; index < 6; index += 1) {
      const { quizId } = await makePublishedQuiz(world, {}, 1);
      const attempt = await start(world, viewer, quizId);
      if (index % 2) await submit(world, viewer, attempt.id);
    }
    const few = await world.askCounting(viewer, query, { first: 1 });
    const many = await world.askCounting(viewer, query, { first: 6 });
    expect(many.errors).toEqual([]);
    expect(many.data.quizzes.edges).toHaveLength(6);
    expect(many.queries).toBe(few.queries);
    expect(many.queries).toBeLessThanOrEqual(4);
  });

  it('does not grow with the subjects whose quizzes are listed', async () => {
    const author = await withSubject(world, 'AUTHOR');
    const subjects = [author];
    for (let index = 0; index < 4; index += 1) {
      const other = await withSubject(world, 'AUTHOR');
      await world.database.subjectProjection.update({
        where: { id: other.subjectId },
        data: { ownerId: author.viewer.id },
      });
      subjects.push({ ...other, viewer: author.viewer });
    }
    for (const subject of subjects)
      for (const title of ['one', 'two', 'three']) await makeQuiz(world, subject, { title });
    const query = `query ($r: [_Any!]!) { _entities(representations: $r) { ... on Subject {
      quizzes(first: 2) { edges { node { title } } pageInfo { hasNextPage } } questionBanks { title }
    } } }`;
    const ask = (count: number) => {
      const r = subjects.slice(0, count).map(({ subjectId }) => ({ __typename: 'Subject', id: subjectId }));
      return world.askCounting(author.viewer, query, { r });
    };
    const [one, five] = [await ask(1), await ask(5)];
    expect(five.data._entities).toEqual(
      subjects.map(() => ({
        quizzes: {
          edges: [{ node: { title: 'three' } }, { node: { title: 'two' } }],
          pageInfo: { hasNextPage: true },
        },
        questionBanks: [],
      })),
    );
    expect(five.queries).toBe(one.queries);
    expect(five.queries).toBeLessThanOrEqual(3);
  });

  it('does not grow with the questions of an attempt, before and after grading', async () => {
    const viewer = someViewer();
    const query = `query ($id: ID!) { attempt(id: $id) { quiz { title } user { id } ...AttemptFields } } ${attemptFields}`;
    const counts: number[][] = [];
    for (const size of [1, 8]) {
      const { quizId } = await makePublishedQuiz(world, {}, size);
      const { id } = await start(world, viewer, quizId);
      const during = await world.askCounting(viewer, query, { id });
      expect(during.data.attempt.items).toHaveLength(size);
      await submit(world, viewer, id);
      const after = await world.askCounting(viewer, query, { id });
      expect(after.data.attempt.items[0].result.key.rules).toHaveLength(3);
      counts.push([during.queries, after.queries]);
    }
    expect(counts[1]).toEqual(counts[0]);
    expect(Math.max(...counts.flat())).toBeLessThanOrEqual(6);
  });

  it('does not grow with the attempts of a learner, nor with the questions of a bank', async () => {
    const { author, bankId, quizId } = await makePublishedQuiz(world, {}, 6);
    const viewer = someViewer();
    for (let index = 0; index < 5; index += 1)
      await submit(world, viewer, (await start(world, viewer, quizId)).id);
    const attempts = (first: number) =>
      world.askCounting(
        viewer,
        `query ($r: [_Any!]!, $first: Int) { _entities(representations: $r) { ... on User {
          attempts(first: $first) { totalCount edges { node { quiz { title } score { raw } progress { total } items { question { prompt } } } } }
        } } }`,
        { r: [{ __typename: 'User', id: viewer.id }], first },
      );
    const [one, five] = [await attempts(1), await attempts(5)];
    expect(five.data._entities[0].attempts.edges).toHaveLength(5);
    expect(five.queries).toBe(one.queries);

    const entries = (first: number) =>
      world.askCounting(
        author.viewer,
        `query ($id: ID!, $first: Int) { questionBank(id: $id) { entries(first: $first) { totalCount edges { node {
          bank { title } usedByQuizzes latest { prompt answerKey { explanation } } versions { version }
        } } } } }`,
        { id: bankId, first },
      );
    const [few, many] = [await entries(1), await entries(6)];
    expect(many.data.questionBank.entries.edges).toHaveLength(6);
    expect(many.queries).toBe(few.queries);
  });

  it('keeps the attempts of others out of User.attempts', async () => {
    const { quizId } = await makePublishedQuiz(world);
    const viewer = someViewer();
    await start(world, viewer, quizId);
    const query = `query ($r: [_Any!]!) { _entities(representations: $r) { ... on User { attempts(first: 5) { totalCount } } } }`;
    const r = [{ __typename: 'User', id: viewer.id }];
    expect((await world.get(viewer, query, { r }))._entities).toEqual([{ attempts: { totalCount: 1 } }]);
    expect((await world.get(someViewer({ roles: ['ADMIN'] }), query, { r }))._entities).toEqual([
      { attempts: null },
    ]);
  });
});
