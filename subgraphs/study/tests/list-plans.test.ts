import { describe, expect, it } from '@jest/globals';
import { explainReads, someKey, someViewer } from '@studymate/testkit';
import { openStudy } from './world.ts';

const study = await openStudy();

const lists = `query ($subject: ID!, $deck: ID!) {
  subjects(first: 10) { edges { cursor node { id } } }
  archived: subjects(first: 10, filter: { archived: true }) { edges { node { id } } }
  subject(id: $subject) {
    skills(first: 10) { edges { node { id } } }
    materials(first: 10) { edges { node { id chunks(first: 5) { edges { node { text } } } } } }
    decks(first: 10) { edges { node { id cards(first: 10) { edges { node { id history(first: 5) { edges { node { id } } } } } } } } }
    sessions(first: 10) { edges { node { id reviews(first: 5) { edges { node { id } } } } } }
    completed: sessions(first: 10, status: COMPLETED) { edges { node { id } } }
    summaries(first: 10) { edges { node { id } } }
  }
  reviewQueue(input: { deckId: $deck }) { items { card { id } } }
}`;

describe('the lists of study', () => {
  it('are each served by an index', async () => {
    const viewer = someViewer();
    const subject = await study.someSubject(viewer);
    const deck = await study.someDeck(viewer, subject.id);
    await study.someCards(viewer, deck.id, 3);
    await study.tell(
      viewer,
      `mutation ($input: StartSessionInput!) { startStudySession(input: $input) { __typename } }`,
      { input: { subjectId: subject.id, idempotencyKey: someKey() } },
    );
    await study.tell(
      viewer,
      `mutation ($subject: ID!, $key: String!) {
        createMaterial(subjectId: $subject, title: "Cells", kind: NOTE, content: "Cells divide.", idempotencyKey: $key) { __typename }
      }`,
      { subject: subject.id, key: someKey() },
    );
    const { tables, whole } = await explainReads(study.url, async () => {
      const { errors } = await study.ask(viewer, lists, { subject: subject.id, deck: deck.id });
      expect(errors).toEqual([]);
    });
    expect(tables).toEqual(
      expect.arrayContaining(['Card', 'Deck', 'Material', 'Skill', 'StudySession', 'Subject', 'Summary']),
    );
    expect(whole).toEqual([]);
  });

  it('would be told of when an index is missing', async () => {
    const { whole } = await explainReads(study.url, () =>
      study.database.studySession.findMany({ where: { notes: 'nobody looks for notes' } }),
    );
    expect(whole).toEqual([expect.stringContaining('StudySession (')]);
  });

  it("has the three indexes of a learner's sessions", async () => {
    const rows = await study.database.$queryRaw<{ indexdef: string }[]>`
      select indexdef from pg_indexes where tablename = 'StudySession'`;
    const definitions = rows.map(({ indexdef }) => indexdef).join('\n');
    expect(definitions).toContain('btree ("userId", "createdAt" DESC)');
    expect(definitions).toContain('btree ("subjectId", status)');
    expect(definitions).toMatch(/btree \("createdAt"\) WHERE \(status = 'COMPLETED'/);
  });
});
