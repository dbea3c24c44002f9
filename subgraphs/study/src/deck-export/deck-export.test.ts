import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { Viewer } from '@studymate/contracts';
import { someKey, someViewer } from '@studymate/testkit';
import fc from 'fast-check';
import { openStudy } from '../../tests/world.ts';
import { clozeOf, joinGaps, listGaps } from '../card/cloze.ts';
import { runImport } from '../deck-import/import-job.ts';
import type { DeckFormat } from '../deck-import/imported-note.ts';

const study = await openStudy();
const { tell } = study;

const written = [
  { kind: 'BASIC', front: 'What is 1 < 2 & "3"?', back: 'True,\nindeed', tags: ['maths', 'logic'] },
  { kind: 'BASIC', front: 'A rule\n---\nand ?\n?', back: '# no heading\n#no-tag', tags: [] },
  { kind: 'REVERSED', front: 'perro', back: 'dog', tags: ['es'] },
  {
    kind: 'CLOZE',
    front: '',
    back: 'See page 3',
    cloze: 'The {{c1::nucleus}} holds {{c2::DNA::acid}}, a {{c1::core}}.',
    tags: [],
  },
];

async function someDeck() {
  const viewer = someViewer();
  const subject = await study.someSubject(viewer);
  const deck = await study.someDeck(viewer, subject.id);
  await tell(
    viewer,
    'mutation ($deckId: ID!, $cards: [CardInput!]!, $key: String!) { createCards(deckId: $deckId, cards: $cards, idempotencyKey: $key) { __typename } }',
    { deckId: deck.id, cards: written, key: someKey() },
  );
  return { viewer, subjectId: String(subject.id), deckId: String(deck.id) };
}

const exportDeck = (viewer: Viewer, deckId: string, format: DeckFormat) =>
  tell(
    viewer,
    `mutation ($deckId: ID!, $format: DeckFormat!) { exportDeck(deckId: $deckId, format: $format) {
      __typename ... on DeckExport { downloadUrl sha256 expiresAt } ... on UserError { code } } }`,
    { deckId, format },
  );

/** What the file at the URL holds, as its holder would get it. */
async function fetchFile(viewer: Viewer): Promise<{ key: string; body: Buffer }> {
  const file = await study.database.upload.findFirstOrThrow({
    where: { ownerId: viewer.id, key: { startsWith: 'exports/' }, usedAt: null },
    orderBy: { id: 'desc' },
  });
  const object = await study.objects.get(file.key);
  if (!object) throw new Error('The export is not there.');
  return { key: file.key, body: object.body };
}

async function importFile(
  viewer: Viewer,
  subjectId: string,
  format: DeckFormat,
  body: Buffer,
): Promise<string> {
  const contentType = {
    APKG: 'application/apkg',
    CSV: 'text/csv',
    TSV: 'text/tab-separated-values',
    MARKDOWN: 'text/markdown',
  };
  const upload = await tell(
    viewer,
    `mutation ($contentType: String!, $byteSize: Int!) {
      createUpload(filename: "deck", contentType: $contentType, byteSize: $byteSize) { ... on Upload { id } } }`,
    { contentType: contentType[format], byteSize: body.length },
  );
  const { key } = await study.database.upload.findUniqueOrThrow({ where: { id: upload.id } });
  await study.objects.put(key, body, contentType[format]);
  const job = await tell(
    viewer,
    `mutation ($subjectId: ID!, $format: DeckFormat!, $uploadId: ID!, $key: String!) {
      importDeck(subjectId: $subjectId, format: $format, uploadId: $uploadId, idempotencyKey: $key) { ... on DeckImportJob { id } } }`,
    { subjectId, format, uploadId: upload.id, key: someKey() },
  );
  await runImport(study.contextOf(null), { importId: job.id });
  const done = await study.tellEntity(
    viewer,
    ['DeckImportJob', job.id],
    'status problemCount problems { message } deck { id }',
  );
  expect(done).toMatchObject({ status: 'DONE', problems: [] });
  return done.deck.id;
}

const readCards = async (deckId: string) => {
  const cards = await study.database.card.findMany({
    where: { deckId },
    orderBy: { id: 'asc' },
    select: { kind: true, front: true, back: true, cloze: true, tags: true, noteId: true },
  });
  const notes = [...new Set(cards.map(({ noteId }) => noteId))];
  return cards.map(({ noteId, ...card }) => ({ ...card, note: notes.indexOf(noteId) }));
};

describe('exporting a deck', () => {
  it.each(['APKG', 'CSV', 'TSV', 'MARKDOWN'] as const)(
    'as %s gives a file that imports to the same cards',
    async (format) => {
      const { viewer, subjectId, deckId } = await someDeck();
      const answer = await exportDeck(viewer, deckId, format);
      expect(answer.__typename).toBe('DeckExport');
      const { body } = await fetchFile(viewer);
      expect(createHash('sha256').update(body).digest('hex')).toBe(answer.sha256);
      const copy = await importFile(viewer, subjectId, format, body);
      expect(await readCards(copy)).toEqual(await readCards(deckId));
    },
  );

  it('leaves a file that is swept a day later', async () => {
    const { viewer, deckId } = await someDeck();
    await exportDeck(viewer, deckId, 'CSV');
    const { key } = await fetchFile(viewer);
    const row = await study.database.upload.findFirstOrThrow({ where: { key } });
    expect(row.expiresAt.getTime()).toBeGreaterThan(Date.now());
    expect(row.usedAt).toBeNull();
  });

  it('is for the deck’s owner', async () => {
    const { deckId } = await someDeck();
    expect(await exportDeck(someViewer(), deckId, 'CSV')).toEqual({
      __typename: 'NotFoundError',
      code: 'NOT_FOUND',
    });
  });

  it('reads many cards in as many queries as few', async () => {
    const { viewer, deckId } = await someDeck();
    const count = async () => {
      study.sent.count = 0;
      await exportDeck(viewer, deckId, 'CSV');
      return study.sent.count;
    };
    const few = await count();
    await study.someCards(viewer, deckId, 60);
    expect(await count()).toBe(few);
  });
});

describe('joinGaps', () => {
  it('undoes clozeOf', () => {
    const word = fc.stringMatching(/^[a-zé ]{1,8}$/u);
    const part = fc.record({
      before: word,
      number: fc.integer({ min: 1, max: 4 }),
      answer: word,
      hint: fc.option(word),
    });
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 6 }), (parts) => {
        const numbers = [...new Set(parts.map(({ number }) => number))].toSorted();
        const text = parts
          .map(({ before, number, answer, hint }) => {
            const place = numbers.indexOf(number) + 1;
            return `${before}{{c${place}::${answer}${hint === null ? '' : `::${hint}`}}}`;
          })
          .join('');
        expect(joinGaps(listGaps(text).map((number) => clozeOf(text, number)))).toBe(text);
      }),
    );
  });

  it('says when cards are not of one text', () => {
    expect(joinGaps(['{{c1::a}} b', 'a c'])).toBeNull();
  });
});
