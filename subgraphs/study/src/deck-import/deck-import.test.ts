import { randomBytes } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import { zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import type { Viewer } from '@studymate/contracts';
import { outboxOf, someKey, someViewer } from '@studymate/testkit';
import { strToU8, zipSync } from 'fflate';
import { basic, capitals, cloze, newerPackage } from '../../tests/anki-files.ts';
import { openStudy } from '../../tests/world.ts';
import { runImport } from './import-job.ts';

const study = await openStudy();
const { tell } = study;

const contentTypes = {
  APKG: 'application/apkg',
  CSV: 'text/csv',
  TSV: 'text/tab-separated-values',
  MARKDOWN: 'text/markdown',
};
type Format = keyof typeof contentTypes;

async function upload(viewer: Viewer, format: Format, body: Uint8Array | string): Promise<string> {
  const bytes = Buffer.from(body);
  const { id } = await tell(
    viewer,
    `mutation ($contentType: String!, $byteSize: Int!) {
      createUpload(filename: "words.txt", contentType: $contentType, byteSize: $byteSize) { ... on Upload { id } }
    }`,
    { contentType: contentTypes[format], byteSize: bytes.length },
  );
  const { key } = await study.database.upload.findUniqueOrThrow({ where: { id } });
  await study.objects.put(key, bytes, contentTypes[format]);
  return id;
}

const job = `id status dryRun created skipped problemCount problems { line item message }
  deck { title counts { new suspended } cards(first: 100) { edges { node { kind front back cloze tags suspended } } } }`;
const start = (viewer: Viewer, input: Record<string, unknown>) =>
  tell(
    viewer,
    `mutation ($subjectId: ID!, $format: DeckFormat!, $uploadId: ID!, $title: String, $dryRun: Boolean! = false, $key: String!) {
      importDeck(subjectId: $subjectId, format: $format, uploadId: $uploadId, title: $title, dryRun: $dryRun, idempotencyKey: $key) {
        __typename ... on UserError { code path } ... on DeckImportJob { ${job} }
      }
    }`,
    { key: someKey(), ...input },
  );
const read = (viewer: Viewer, id: string) => study.tellEntity(viewer, ['DeckImportJob', id], job);

async function someLearner() {
  // As the profile of somebody whose events have not come yet is taken to be.
  const viewer = someViewer({ timeZone: 'UTC' });
  const subject = await study.someSubject(viewer);
  return { viewer, subjectId: String(subject.id) };
}

/** Uploads the file, imports it, does the job, and answers what the import says then. */
async function bring(format: Format, body: Uint8Array | string, more: Record<string, unknown> = {}) {
  const { viewer, subjectId } = await someLearner();
  const uploadId = await upload(viewer, format, body);
  const { id } = await start(viewer, { subjectId, format, uploadId, ...more });
  await runImport(study.contextOf(null), { importId: id });
  const answer = await read(viewer, id);
  const cards = answer.deck?.cards.edges.map(({ node }: { node: object }) => node) ?? [];
  return { viewer, subjectId, id: String(id), answer, cards };
}

describe('importing an Anki package of the newer format', () => {
  const notes = [
    {
      notetype: basic,
      fields: ['What is <b>ATP</b>?', 'Energy &amp; more'],
      tags: ' cells energy ',
      cards: [0],
    },
    { notetype: capitals, fields: ['France', 'Paris', 'On the Seine'], cards: [0, 1], deck: 2 },
    {
      notetype: cloze,
      fields: ['The {{c1::nucleus}} holds {{c2::DNA::acid}}.', 'See page 3'],
      cards: [0, 1],
    },
    { notetype: basic, fields: ['With a picture <img src="a.png">', 'Yes'], cards: [0], suspended: true },
    { notetype: basic, fields: ['What is <b>ATP</b>?', 'Energy &amp; more'], tags: 'twice', cards: [0] },
    { notetype: basic, fields: ['No card', 'at all'], cards: [] },
    { notetype: basic, fields: ['', 'No front'], cards: [0] },
  ];

  it('makes its notes a deck, templates filled, and names what it leaves out', async () => {
    const { answer, cards } = await bring('APKG', newerPackage(['Biology', 'Biology::Maps'], notes));
    expect(answer).toMatchObject({
      status: 'DONE',
      created: 6,
      skipped: 1,
      problemCount: 3,
      deck: { title: 'Biology', counts: { new: 5, suspended: 1 } },
    });
    expect(
      answer.problems.map(({ item, message }: { item: string; message: string }) => [item, message]),
    ).toEqual([
      ['With a picture', 'its images and sounds are left out'],
      ['No card', 'has no cards'],
      ['', 'front: is empty'],
    ]);
    expect(cards).toEqual([
      expect.objectContaining({
        kind: 'BASIC',
        front: 'What is ATP?',
        back: 'Energy & more',
        tags: ['cells', 'energy'],
      }),
      expect.objectContaining({
        front: 'Capital of France?',
        back: 'Paris\nOn the Seine',
        tags: ['Biology::Maps'],
      }),
      expect.objectContaining({ front: 'Paris is the capital of?', back: 'France' }),
      expect.objectContaining({ kind: 'CLOZE', cloze: 'The {{c1::nucleus}} holds DNA.', back: 'See page 3' }),
      expect.objectContaining({ kind: 'CLOZE', cloze: 'The nucleus holds {{c1::DNA::acid}}.' }),
      expect.objectContaining({ front: 'With a picture', suspended: true }),
    ]);
    const rows = await study.database.card.findMany({ where: { front: { contains: 'apital of' } } });
    expect(new Set(rows.map(({ noteId }) => noteId)).size).toBe(1);
  });

  it('goes on where Anki was: its reviews are on the log, and the schedule is their replay', async () => {
    const answered = [
      [0, 3, '2026-01-05T10:00:00Z', 0],
      [0, 3, '2026-01-05T10:11:00Z', 0],
      [1, 1, '2026-01-06T10:00:00Z', 0],
      [0, 3, '2026-01-08T10:00:00Z', 1],
      [0, 4, '2026-01-09T10:00:00Z', 3],
      [1, 2, '2026-02-01T10:00:00Z', 1],
      [0, 0, '2026-02-02T10:00:00Z', 4],
      [0, 3, '2099-01-01T10:00:00Z', 1],
    ] as const;
    const note = { notetype: cloze, fields: ['The {{c1::nucleus}} holds {{c2::DNA}}.', ''], cards: [0, 1] };
    const { viewer, subjectId, answer } = await bring(
      'APKG',
      newerPackage(['Biology'], [{ ...note, reviews: answered }]),
    );
    expect(answer).toMatchObject({ status: 'DONE', created: 2, problemCount: 0 });

    const deck = await study.someDeck(viewer, subjectId);
    const ids = await study.someCards(viewer, deck.id, 2);
    const counted = answered.filter(([, ease, at, type]) => ease > 0 && type < 3 && at < '2099');
    await tell(
      viewer,
      'mutation ($reviews: [SubmitReviewInput!]!) { syncReviews(reviews: $reviews) { accepted } }',
      {
        reviews: counted.map(([ord, ease, at]) => ({
          cardId: ids[ord],
          grade: ['AGAIN', 'HARD', 'GOOD', 'EASY'][ease - 1],
          reviewedAt: at,
          durationMs: 4_000,
          clientReviewId: at,
        })),
      },
    );
    const read = async (where: object) =>
      study.database.card.findMany({
        where: { ownerId: viewer.id, ...where },
        orderBy: { id: 'asc' },
        select: { state: true, due: true, stability: true, difficulty: true, reps: true, lapses: true },
      });
    const schedules = await read({ deckId: { not: deck.id } });
    expect(schedules).toEqual(await read({ deckId: deck.id }));
    expect(schedules.map(({ state, reps }) => [state, reps])).toEqual([
      ['REVIEW', 3],
      ['LEARNING', 2],
    ]);
    const days = await study.tellUser(viewer, 'activity(from: "2026-01-05", to: "2026-01-05") { reviews }');
    expect(days.activity).toEqual([{ reviews: 4 }]);
  });

  it('refuses what is no package, what is damaged, and what unpacks to too much', async () => {
    const bomb = zipSync({ 'collection.anki21b': zstdCompressSync(Buffer.alloc(300 * 1024 * 1024)) });
    const view = new DatabaseSync(':memory:');
    view.exec(`create table col (models text, decks text); insert into col values ('{}', '{}');
      create view notes as with recursive n(id) as (select 1 union all select id + 1 from n)
        select id, 1 as mid, '' as tags, '' as flds from n; create table cards (nid, did, ord, queue)`);
    const files = [
      strToU8('no zip'),
      zipSync({ 'other.txt': strToU8('nothing of Anki') }),
      zipSync({ 'collection.anki2': randomBytes(5_000) }),
      zipSync({ 'collection.anki21b': randomBytes(5_000) }),
      zipSync({ 'collection.anki2': view.serialize() }),
      bomb,
    ];
    for (const file of files) {
      const { answer } = await bring('APKG', file);
      expect(answer).toMatchObject({ status: 'FAILED', created: 0, deck: null, problemCount: 1 });
    }
  }, 120_000);
});

describe('importing a table', () => {
  it('reads quoted cells of several lines and numbers the rows it leaves out', async () => {
    const csv = [
      'front,back,tags,kind',
      '"a ""b""',
      'c",d,x y,BASIC',
      'alone',
      ',empty',
      'p,q,,reversed',
      '{{c1::one}} of {{c2::two}},,',
    ].join('\r\n');
    const { answer, cards } = await bring('CSV', csv, { title: 'My words' });
    expect(answer).toMatchObject({ status: 'DONE', created: 5, deck: { title: 'My words' } });
    expect(answer.problems).toEqual([
      { line: 4, item: 'alone', message: 'the row has one column only' },
      { line: 5, item: '', message: 'front: is empty' },
    ]);
    expect(cards.map(({ front, back }: { front: string; back: string }) => [front, back])).toEqual([
      ['a "b"\nc', 'd'],
      ['p', 'q'],
      ['q', 'p'],
      ['', ''],
      ['', ''],
    ]);
  });

  it('reads a table of Anki’s without names, below its directives', async () => {
    const tsv = '#separator:tab\n#html:false\ndog\tperro\tanimals\ncat\n';
    const { answer, cards } = await bring('TSV', tsv);
    expect(cards).toEqual([expect.objectContaining({ front: 'dog', back: 'perro', tags: ['animals'] })]);
    expect(answer.problems).toEqual([{ line: 4, item: 'cat', message: 'the row has one column only' }]);
    expect(answer.deck.title).toBe('words');
  });

  it('fails as a whole when a quote never ends', async () => {
    const { answer } = await bring('CSV', 'a,"b');
    expect(answer).toMatchObject({
      status: 'FAILED',
      problems: [{ message: expect.stringContaining('Quote') }],
    });
  });
});

describe('importing Markdown', () => {
  it('reads notes between rules, and numbers the lines of what is none', async () => {
    const text =
      '# Verbs\n\nto go\n?\nir\n\n#verb #es\n\n---\n\njust text\n\n---\na\n??\nb\n---\n\\---\n?\n{{c1::x}}\n';
    const { answer, cards } = await bring('MARKDOWN', text);
    expect(answer.deck.title).toBe('Verbs');
    expect(answer.problems).toEqual([
      { line: 11, item: 'just text', message: 'has no line “?” between front and back' },
    ]);
    expect(cards).toEqual([
      expect.objectContaining({ front: 'to go', back: 'ir', tags: ['verb', 'es'] }),
      expect.objectContaining({ kind: 'REVERSED', front: 'a', back: 'b' }),
      expect.objectContaining({ kind: 'REVERSED', front: 'b', back: 'a' }),
      expect.objectContaining({ kind: 'BASIC', front: '---', back: '{{c1::x}}' }),
    ]);
  });
});

describe('an import', () => {
  it('says in a dry run what it would do, does nothing, and leaves the upload for the import', async () => {
    const { viewer, subjectId } = await someLearner();
    const uploadId = await upload(viewer, 'CSV', 'a,b\nc\n');
    const rehearsal = await start(viewer, { subjectId, format: 'CSV', uploadId, dryRun: true });
    expect(rehearsal).toMatchObject({ status: 'QUEUED', dryRun: true });
    await runImport(study.contextOf(null), { importId: rehearsal.id });
    expect(await read(viewer, rehearsal.id)).toMatchObject({
      status: 'DONE',
      created: 1,
      problemCount: 1,
      deck: null,
    });
    expect(await study.database.card.count({ where: { ownerId: viewer.id } })).toBe(0);
    const real = await start(viewer, { subjectId, format: 'CSV', uploadId });
    await runImport(study.contextOf(null), { importId: real.id });
    expect(await read(viewer, real.id)).toMatchObject({
      status: 'DONE',
      created: 1,
      deck: { title: 'words' },
    });
    expect(await start(viewer, { subjectId, format: 'CSV', uploadId })).toMatchObject({ code: 'VALIDATION' });
  });

  it('starts once per key, and its job makes one deck however often it runs or is cut off', async () => {
    const { viewer, subjectId } = await someLearner();
    const rows = Array.from({ length: 600 }, (_, index) => `front ${index},back ${index}`).join('\n');
    const uploadId = await upload(viewer, 'CSV', rows);
    const key = someKey();
    const first = await start(viewer, { subjectId, format: 'CSV', uploadId, key });
    expect(await start(viewer, { subjectId, format: 'CSV', uploadId, key })).toMatchObject({ id: first.id });
    expect(await start(viewer, { subjectId, format: 'TSV', uploadId, key })).toMatchObject({
      code: 'IDEMPOTENCY_MISMATCH',
    });
    const jobs = await outboxOf(study.database, 'JOB');
    expect(jobs.filter(({ payload }) => payload.importId === first.id)).toHaveLength(1);

    // As if a worker had died after the second batch: the transactions before it stand.
    let batches = 0;
    const context = study.contextOf(null);
    const dying: typeof context = {
      ...context,
      transaction: (work) => {
        batches += 1;
        if (batches > 2) throw new Error('killed');
        return context.transaction(work);
      },
    };
    await expect(runImport(dying, { importId: first.id })).rejects.toThrow('killed');
    expect(await read(viewer, first.id)).toMatchObject({ status: 'RUNNING', created: 500 });
    await runImport(study.contextOf(null), { importId: first.id });
    await runImport(study.contextOf(null), { importId: first.id });
    expect(await read(viewer, first.id)).toMatchObject({ status: 'DONE', created: 600 });
    expect(await study.database.deck.count({ where: { ownerId: viewer.id } })).toBe(1);
    const fronts = await study.database.card.findMany({
      where: { ownerId: viewer.id },
      select: { front: true },
    });
    expect(new Set(fronts.map(({ front }) => front)).size).toBe(600);
  });

  it('is its owner’s alone, of their subject and upload', async () => {
    const { viewer, subjectId, id } = await bring('CSV', 'a,b');
    const other = await someLearner();
    expect(await study.tellEntity(other.viewer, ['DeckImportJob', id])).toBeNull();
    expect(await study.tellEntity(viewer, ['DeckImportJob', id])).toEqual({ id });
    const uploadId = await upload(viewer, 'CSV', 'a,b');
    expect(await start(other.viewer, { subjectId: other.subjectId, format: 'CSV', uploadId })).toMatchObject({
      code: 'NOT_FOUND',
    });
    expect(await start(other.viewer, { subjectId, format: 'CSV', uploadId })).toMatchObject({
      code: 'NOT_FOUND',
    });
    expect(await start(viewer, { subjectId, format: 'APKG', uploadId })).toMatchObject({
      code: 'VALIDATION',
    });
  });
});
