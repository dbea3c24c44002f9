import { describe, expect, it } from '@jest/globals';
import { newId, type Viewer } from '@studymate/contracts';
import { someKey, someViewer } from '@studymate/testkit';
import { openStudy } from '../../tests/world.ts';

const study = await openStudy();
const { tell } = study;

const create = `mutation ($deckId: ID!, $cards: [CardInput!]!, $key: String!) {
  createCards(deckId: $deckId, cards: $cards, idempotencyKey: $key) {
    __typename ... on CardsCreated { cards { id kind front back cloze tags skills { code } schedule { state reps due algorithm } } }
    ... on UserError { code path }
  }
}`;
const update = `mutation ($id: ID!, $front: Markdown, $tags: [String!], $suspended: Boolean, $version: Int!) {
  updateCard(id: $id, front: $front, tags: $tags, suspended: $suspended, expectedVersion: $version) {
    __typename ... on Card { front tags suspended version } ... on ConflictError { currentVersion } ... on UserError { code path }
  }
}`;

async function someLearner() {
  const viewer = someViewer();
  const subject = await study.someSubject(viewer);
  const deck = await study.someDeck(viewer, subject.id);
  return { viewer, subjectId: String(subject.id), deckId: String(deck.id) };
}
const make = (viewer: Viewer, deckId: string, cards: unknown[], key = someKey()) =>
  tell(viewer, create, { deckId, cards, key });

describe('card', () => {
  it('is new, and practises the general skill unless it names another', async () => {
    const { viewer, subjectId, deckId } = await someLearner();
    const skill = await tell(
      viewer,
      'mutation ($id: ID!) { createSkill(subjectId: $id, code: "mitosis", title: "Mitosis") { ... on Skill { id } } }',
      { id: subjectId },
    );
    const { cards } = await make(viewer, deckId, [
      { front: 'What is mitosis?', back: 'Division', tags: ['exam'], skillIds: [skill.id] },
      { front: '세포란?', back: '생명의 단위' },
    ]);
    expect(cards).toMatchObject([
      { kind: 'BASIC', front: 'What is mitosis?', tags: ['exam'], skills: [{ code: 'mitosis' }] },
      {
        front: '세포란?',
        skills: [{ code: 'general' }],
        schedule: { state: 'NEW', reps: 0, due: study.time.now.toISOString(), algorithm: 'FSRS-6' },
      },
    ]);
  });

  it('becomes two when reversed and one for each gap of a cloze', async () => {
    const { viewer, deckId } = await someLearner();
    const { cards } = await make(viewer, deckId, [
      { kind: 'REVERSED', front: 'cell', back: '세포' },
      { kind: 'CLOZE', front: '', back: '', cloze: '{{c1::Mitosis}} makes {{c2::two}} cells.' },
    ]);
    expect(cards.map(({ front, cloze }: { front: string; cloze: string | null }) => cloze ?? front)).toEqual([
      'cell',
      '세포',
      '{{c1::Mitosis}} makes two cells.',
      'Mitosis makes {{c1::two}} cells.',
    ]);
    const rows = await study.database.card.findMany({ where: { deckId }, orderBy: { id: 'asc' } });
    expect(new Set(rows.map(({ noteId }) => noteId)).size).toBe(2);
  });

  it('is created once per key, all or none', async () => {
    const { viewer, deckId } = await someLearner();
    const key = someKey();
    const cards = [
      { front: 'a', back: 'b' },
      { front: 'c', back: 'd' },
    ];
    const answers = await Promise.all(Array.from({ length: 20 }, () => make(viewer, deckId, cards, key)));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(await study.database.card.count({ where: { deckId } })).toBe(2);
    expect(await make(viewer, deckId, cards.slice(1), key)).toMatchObject({ code: 'IDEMPOTENCY_MISMATCH' });
    expect(await make(viewer, deckId, [...cards, { front: 'e', back: ' ' }])).toMatchObject({
      path: ['cards', '2', 'back'],
    });
    expect(await study.database.card.count({ where: { deckId } })).toBe(2);
  });

  it.each([
    [[], ['cards']],
    [Array.from({ length: 101 }, () => ({ front: 'a', back: 'b' })), ['cards']],
    [[{ kind: 'CLOZE', front: '', back: '', cloze: 'no gap' }], ['cards', '0', 'cloze']],
    [[{ front: 'x'.repeat(20_001), back: 'b' }], ['cards', '0', 'front']],
  ])('refuses what is no card', async (cards, path) => {
    const { viewer, deckId } = await someLearner();
    expect(await make(viewer, deckId, cards)).toMatchObject({ code: 'VALIDATION', path });
  });

  it('takes skills of its own subject only', async () => {
    const { viewer, deckId } = await someLearner();
    const other = await someLearner();
    const foreign = await study.database.skill.findFirstOrThrow({ where: { ownerId: other.viewer.id } });
    for (const skillId of [newId('Skill'), foreign.id]) {
      expect(await make(viewer, deckId, [{ front: 'a', back: 'b', skillIds: [skillId] }])).toMatchObject({
        code: 'NOT_FOUND',
      });
    }
  });

  it('is its owner’s alone', async () => {
    const { viewer, deckId } = await someLearner();
    const stranger = someViewer();
    const [id = ''] = await study.someCards(viewer, deckId);
    expect(await study.tellEntity(viewer, ['Card', id])).toEqual({ id });
    expect(await study.tellEntity(stranger, ['Card', id])).toBeNull();
    expect(await make(stranger, deckId, [{ front: 'a', back: 'b' }])).toMatchObject({ code: 'NOT_FOUND' });
    expect(await tell(stranger, update, { id, front: 'Mine', version: 1 })).toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  it('changes only at the version the client knows', async () => {
    const { viewer, deckId } = await someLearner();
    const [id = ''] = await study.someCards(viewer, deckId);
    const changed = await tell(viewer, update, {
      id,
      front: 'New',
      tags: ['a', 'b'],
      suspended: true,
      version: 1,
    });
    expect(changed).toEqual({
      __typename: 'Card',
      front: 'New',
      tags: ['a', 'b'],
      suspended: true,
      version: 2,
    });
    expect(await tell(viewer, update, { id, front: 'Late', version: 1 })).toMatchObject({
      currentVersion: 2,
    });
    expect(await tell(viewer, update, { id, front: ' ', version: 2 })).toMatchObject({
      code: 'VALIDATION',
      path: ['front'],
    });
  });

  it('is listed oldest first, page by page, though rows share an instant', async () => {
    const { viewer, deckId } = await someLearner();
    const ids = await study.someCards(viewer, deckId, 7);
    const seen: string[] = [];
    for (let after: string | null = null; ; ) {
      const page = await study.tellEntity(
        viewer,
        ['Deck', deckId],
        `cards(first: 3${after ? `, after: "${after}"` : ''}) { totalCount edges { node { id } } pageInfo { hasNextPage endCursor } }`,
      );
      expect(page.cards.totalCount).toBe(7);
      seen.push(...page.cards.edges.map((edge: { node: { id: string } }) => edge.node.id));
      if (!page.cards.pageInfo.hasNextPage) break;
      after = page.cards.pageInfo.endCursor;
    }
    expect(seen).toEqual(ids);
  });
});
