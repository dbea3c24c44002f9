import { describe, expect, it } from '@jest/globals';
import { newRowId, type Viewer } from '@studymate/contracts';
import { outboxOf, someKey, someViewer } from '@studymate/testkit';
import { openStudy } from '../../tests/world.ts';
import { cleanUp } from '../maintenance/maintenance.jobs.ts';
import { sliceCodePoints } from './chunk-text.ts';
import { createPageFetcher } from './fetch/page-fetcher.ts';
import { ingestMaterial } from './ingest.service.ts';

/** One page that is there, at an address that is none; everything else goes to the fetcher that is in service. */
const openWeb = createPageFetcher({ timeoutMs: 2_000 });
const latin1 = (text: string) => Buffer.from(text, 'latin1');
const study = await openStudy({
  fetchPage: async (url) => {
    if (url === 'https://pages.example/cells') {
      const body = latin1('<title>x</title><h1>Cells</h1><script>no()</script><p>Caf\u00e9 &amp; more</p>');
      return { contentType: 'text/html', charset: 'iso-8859-1', body };
    }
    if (url === 'https://pages.example/image')
      return { contentType: 'image/png', charset: null, body: Buffer.alloc(8) };
    return openWeb(url);
  },
});
const { tell } = study;

const fields = 'id title kind revision charCount language content ingest ingestProblem';
const answer = `{ __typename ... on Material { ${fields} } ... on ConflictError { currentVersion } ... on StateError { currentState } ... on UserError { code path } }`;

const create = (viewer: Viewer, subjectId: string, more: Record<string, unknown>) =>
  tell(
    viewer,
    `mutation ($subjectId: ID!, $kind: MaterialKind!, $content: Markdown, $uploadId: ID, $sourceUrl: URL, $key: String!) {
      createMaterial(subjectId: $subjectId, title: "Cells", kind: $kind, content: $content, uploadId: $uploadId, sourceUrl: $sourceUrl, idempotencyKey: $key) ${answer}
    }`,
    { subjectId, kind: 'NOTE', key: someKey(), ...more },
  );
const revise = (viewer: Viewer, id: string, content: string, revision: number) =>
  tell(
    viewer,
    `mutation ($id: ID!, $content: Markdown!, $revision: Int!) { reviseMaterial(id: $id, content: $content, expectedRevision: $revision) ${answer} }`,
    { id, content, revision },
  );
const announce = (viewer: Viewer, input: Record<string, unknown>) =>
  tell(
    viewer,
    `mutation ($filename: String!, $contentType: String!, $byteSize: Int!) {
      createUpload(filename: $filename, contentType: $contentType, byteSize: $byteSize) {
        __typename ... on Upload { id url headers { name value } expiresAt } ... on QuotaExceededError { limit used } ... on UserError { code path }
      }
    }`,
    input,
  );

async function someLearner() {
  const viewer = someViewer();
  return { viewer, subjectId: String((await study.someSubject(viewer)).id) };
}

/** Announces a file and puts it where the announcement says, as the learner's PUT would. */
async function upload(viewer: Viewer, body: Buffer, contentType = 'text/plain') {
  const { id } = await announce(viewer, { filename: 'notes', contentType, byteSize: body.length });
  const { key } = await study.database.upload.findUniqueOrThrow({ where: { id } });
  await study.objects.put(key, body, contentType);
  return String(id);
}

const korean = '세포는 생명의 기본 단위이다. '.repeat(200).trim();

describe('material', () => {
  it('is ready at once from a text, in chunks that are the text', async () => {
    const { viewer, subjectId } = await someLearner();
    const material = await create(viewer, subjectId, { content: `  😀 ${korean}\r\n` });
    expect(material).toMatchObject({ revision: 1, language: 'ko', ingest: 'READY', content: `😀 ${korean}` });
    expect(material.charCount).toBe(Array.from(material.content).length);
    const { chunks } = await study.tellEntity(
      viewer,
      ['Material', material.id],
      'chunks(first: 100) { edges { node { index revision text startOffset endOffset } } }',
    );
    const pieces = chunks.edges.map((edge: { node: unknown }) => edge.node);
    expect(pieces.length).toBeGreaterThan(1);
    expect(pieces.map(({ text }: { text: string }) => text).join('')).toBe(material.content);
    for (const { text, startOffset, endOffset } of pieces) {
      expect(sliceCodePoints(material.content, startOffset, endOffset)).toBe(text);
    }
  });

  it('is handed to the world by a key', async () => {
    const { viewer, subjectId } = await someLearner();
    const { id } = await create(viewer, subjectId, { content: 'The cell is the unit of life.' });
    const told = (await outboxOf(study.database)).filter(({ payload }) => payload.materialId === id);
    expect(told).toMatchObject([
      {
        name: 'study.material.ready',
        payload: {
          revision: 1,
          subjectId,
          ownerId: viewer.id,
          title: 'Cells',
          language: 'en',
          charCount: 29,
        },
      },
    ]);
    const object = await study.objects.get(String(told[0]?.payload.contentKey));
    expect(object?.body.toString()).toBe('The cell is the unit of life.');
  });

  it('keeps every revision as it was', async () => {
    const { viewer, subjectId } = await someLearner();
    const { id } = await create(viewer, subjectId, { content: 'First.' });
    expect(await revise(viewer, id, 'Second.', 1)).toMatchObject({ revision: 2, content: 'Second.' });
    expect(await revise(viewer, id, 'Late.', 1)).toMatchObject({
      __typename: 'ConflictError',
      currentVersion: 2,
    });
    const raced = await Promise.all([revise(viewer, id, 'Third.', 2), revise(viewer, id, 'Third too.', 2)]);
    expect(raced.map(({ __typename }) => __typename).toSorted()).toEqual(['ConflictError', 'Material']);
    const texts = await study.tellEntity(
      viewer,
      ['Material', id],
      'one: content(revision: 1) two: content(revision: 2) nine: content(revision: 9) revision',
    );
    expect(texts).toEqual({ one: 'First.', two: 'Second.', nine: null, revision: 3 });
  });

  it('is created once per key', async () => {
    const { viewer, subjectId } = await someLearner();
    const input = { content: 'Once.', key: someKey() };
    const answers = await Promise.all(Array.from({ length: 20 }, () => create(viewer, subjectId, input)));
    expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
    expect(await create(viewer, subjectId, { ...input, content: 'Twice.' })).toMatchObject({
      code: 'IDEMPOTENCY_MISMATCH',
    });
  });

  it.each([
    [{}, 'content'],
    [{ content: 'a', uploadId: 'b' }, 'content'],
    [{ content: ' \n ' }, 'content'],
    [{ content: 'x'.repeat(1_000_001) }, 'content'],
    [{ content: 'a', kind: 'PDF' }, 'kind'],
  ])('refuses what is no source', async (input, path) => {
    const { viewer, subjectId } = await someLearner();
    expect(await create(viewer, subjectId, input)).toMatchObject({ code: 'VALIDATION', path: [path] });
  });

  it('is its owner’s alone, with its chunks', async () => {
    const { viewer, subjectId } = await someLearner();
    const stranger = someViewer();
    const { id } = await create(viewer, subjectId, { content: 'Mine.' });
    const chunk = await study.database.materialChunk.findFirstOrThrow({ where: { materialId: id } });
    for (const entity of [
      ['Material', id],
      ['MaterialChunk', chunk.id],
    ] as const) {
      expect(await study.tellEntity(viewer, entity)).toEqual({ id: entity[1] });
      expect(await study.tellEntity(stranger, entity)).toBeNull();
    }
    expect(await revise(stranger, id, 'Theirs.', 1)).toMatchObject({ code: 'NOT_FOUND' });
    expect(await create(stranger, subjectId, { content: 'Theirs.' })).toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('uploaded material', () => {
  it('is announced, put, and read by a job', async () => {
    const { viewer, subjectId } = await someLearner();
    const announced = await announce(viewer, {
      filename: 'a.md',
      contentType: 'text/markdown; charset=utf-8',
      byteSize: 6,
    });
    expect(announced).toMatchObject({
      __typename: 'Upload',
      headers: [{ name: 'content-type', value: 'text/markdown' }],
    });
    const uploadId = await upload(viewer, Buffer.from(`\ufeff${korean}`));
    const material = await create(viewer, subjectId, { uploadId });
    expect(material).toMatchObject({ ingest: 'PENDING', revision: 0, content: null });
    expect(await revise(viewer, material.id, 'Early.', 0)).toMatchObject({
      __typename: 'StateError',
      currentState: 'PENDING',
    });
    const jobs = (await outboxOf(study.database, 'JOB')).filter(
      ({ payload }) => payload.materialId === material.id,
    );
    expect(jobs).toEqual([{ name: 'ingestMaterial', payload: { materialId: material.id, revision: 1 } }]);

    const job = { materialId: String(material.id), revision: 1 };
    await ingestMaterial(study.contextOf(null), job);
    await ingestMaterial(study.contextOf(null), job);
    expect(await study.tellEntity(viewer, ['Material', material.id], fields)).toMatchObject({
      ingest: 'READY',
      revision: 1,
      language: 'ko',
      content: korean,
      ingestProblem: null,
    });
    const told = (await outboxOf(study.database)).filter(({ payload }) => payload.materialId === material.id);
    expect(told).toHaveLength(1);
  });

  it('says why it could not be read, and can be written by hand then', async () => {
    const { viewer, subjectId } = await someLearner();
    const uploadId = await upload(viewer, Buffer.from([0xc3, 0x28, 0x80]));
    const { id } = await create(viewer, subjectId, { uploadId });
    await ingestMaterial(study.contextOf(null), { materialId: id, revision: 1 });
    const failed = await study.tellEntity(viewer, ['Material', id], 'ingest ingestProblem revision');
    expect(failed).toEqual({
      ingest: 'FAILED',
      ingestProblem: 'The file is no text in UTF-8 or UTF-16.',
      revision: 0,
    });
    expect(await revise(viewer, id, 'By hand.', 0)).toMatchObject({
      ingest: 'READY',
      revision: 1,
      ingestProblem: null,
    });
  });

  it('takes an upload once, of its owner, of its kind, when something is there', async () => {
    const { viewer, subjectId } = await someLearner();
    const uploadId = await upload(viewer, Buffer.from('Text.'));
    const other = await someLearner();
    expect(await create(other.viewer, other.subjectId, { uploadId })).toMatchObject({ code: 'NOT_FOUND' });
    expect(await create(viewer, subjectId, { uploadId, kind: 'PDF' })).toMatchObject({
      code: 'VALIDATION',
      path: ['kind'],
    });
    expect(await create(viewer, subjectId, { uploadId })).toMatchObject({ ingest: 'PENDING' });
    expect(await create(viewer, subjectId, { uploadId })).toMatchObject({
      code: 'VALIDATION',
      path: ['uploadId'],
    });
    const { id: empty } = await announce(viewer, { filename: 'a', contentType: 'text/plain', byteSize: 1 });
    expect(await create(viewer, subjectId, { uploadId: empty })).toMatchObject({
      code: 'VALIDATION',
      path: ['uploadId'],
    });
    expect(await create(viewer, subjectId, { uploadId: newRowId() })).toMatchObject({ code: 'NOT_FOUND' });
  });

  it.each([
    [{ filename: 'a.svg', contentType: 'image/svg+xml', byteSize: 1 }, 'contentType'],
    [{ filename: 'a.html', contentType: 'text/html', byteSize: 1 }, 'contentType'],
    [{ filename: 'a.txt', contentType: 'text/plain', byteSize: 0 }, 'byteSize'],
    [{ filename: 'a.txt', contentType: 'text/plain', byteSize: 5 * 1024 * 1024 + 1 }, 'byteSize'],
    [{ filename: ' ', contentType: 'text/plain', byteSize: 1 }, 'filename'],
  ])('refuses to announce %j', async (input, path) => {
    expect(await announce(someViewer(), input)).toMatchObject({ code: 'VALIDATION', path: [path] });
  });

  it('is limited to 250 MiB a day', async () => {
    const viewer = someViewer();
    const input = { filename: 'a.pdf', contentType: 'application/pdf', byteSize: 25 * 1024 * 1024 };
    for (let index = 0; index < 10; index += 1)
      expect(await announce(viewer, input)).toMatchObject({ __typename: 'Upload' });
    expect(await announce(viewer, input)).toMatchObject({
      code: 'QUOTA_EXCEEDED',
      limit: 262_144_000,
      used: 262_144_000,
    });
    study.pass(25);
    expect(await announce(viewer, input)).toMatchObject({ __typename: 'Upload' });
  });

  it('is limited to 200 a day, and to 1 GiB in store', async () => {
    const [many, much] = [someViewer(), someViewer()];
    const uploadOf = (viewer: Viewer, byteSize: number, createdAt: Date) => ({
      id: newRowId(),
      ownerId: viewer.id,
      key: newRowId(),
      filename: 'a.txt',
      contentType: 'text/plain',
      byteSize,
      createdAt,
      expiresAt: createdAt,
    });
    const input = { filename: 'a.txt', contentType: 'text/plain', byteSize: 1024 };
    await study.database.upload.createMany({
      data: Array.from({ length: 199 }, () => uploadOf(many, 1, study.time.now)),
    });
    expect(await announce(many, input)).toMatchObject({ __typename: 'Upload' });
    expect(await announce(many, input)).toMatchObject({ code: 'QUOTA_EXCEEDED', limit: 200, used: 200 });

    const half = 1024 ** 3 / 2;
    const longAgo = new Date(study.time.now.getTime() - 90 * 86_400_000);
    await study.database.upload.createMany({
      data: [uploadOf(much, half, longAgo), uploadOf(much, half - 1024, longAgo)],
    });
    expect(await announce(much, input)).toMatchObject({ __typename: 'Upload' });
    expect(await announce(much, input)).toMatchObject({
      code: 'QUOTA_EXCEEDED',
      limit: 2 * half,
      used: 2 * half,
    });
  });

  it('lets no more in at once than one after the other', async () => {
    const viewer = someViewer();
    const input = { filename: 'a.pdf', contentType: 'application/pdf', byteSize: 25 * 1024 * 1024 };
    const answers = await Promise.all(Array.from({ length: 15 }, () => announce(viewer, input)));
    expect(answers.filter(({ __typename }) => __typename === 'Upload')).toHaveLength(10);
  });

  it('is deleted when nobody made a material of it within a day', async () => {
    const { viewer, subjectId } = await someLearner();
    const forgotten = await upload(viewer, Buffer.from('Forgotten.'));
    const used = await upload(viewer, Buffer.from('Used.'));
    await create(viewer, subjectId, { uploadId: used });
    const { key } = await study.database.upload.findUniqueOrThrow({ where: { id: forgotten } });
    study.time.now = new Date(Date.now() + 26 * 3_600_000);
    await cleanUp(study.contextOf(null));
    expect(await study.database.upload.findUnique({ where: { id: forgotten } })).toBeNull();
    expect(await study.objects.head(key)).toBeNull();
    expect(await study.database.upload.findUnique({ where: { id: used } })).not.toBeNull();
  });
});

describe('a page of the web', () => {
  const link = async (sourceUrl: string) => {
    const { viewer, subjectId } = await someLearner();
    const { id, ingest } = await create(viewer, subjectId, { kind: 'URL', sourceUrl });
    expect(ingest).toBe('PENDING');
    await ingestMaterial(study.contextOf(null), { materialId: id, revision: 1 });
    return study.tellEntity(viewer, ['Material', id], `${fields} sourceUrl`);
  };

  it('is fetched by a job, and its text made the first revision', async () => {
    expect(await link('https://pages.example/cells')).toMatchObject({
      kind: 'URL',
      sourceUrl: 'https://pages.example/cells',
      ingest: 'READY',
      revision: 1,
      content: '# Cells\n\nCaf\u00e9 & more',
    });
  });

  it.each([
    ['http://127.0.0.1:4001/graphql', 'not on the open web'],
    ['http://localhost/', 'not on the open web'],
    ['http://169.254.169.254/latest/meta-data/', 'not on the open web'],
    ['https://pages.example/image', 'image/png'],
  ])('is not made of %s: %s', async (sourceUrl, problem) => {
    expect(await link(sourceUrl)).toMatchObject({
      ingest: 'FAILED',
      ingestProblem: expect.stringContaining(problem),
      content: null,
    });
  });

  it.each([
    [{ kind: 'URL', sourceUrl: 'ftp://pages.example/' }, 'sourceUrl'],
    [{ kind: 'URL', content: 'text' }, 'kind'],
    [{ kind: 'NOTE', sourceUrl: 'https://pages.example/' }, 'kind'],
    [{ kind: 'URL', sourceUrl: 'https://pages.example/', content: 'text' }, 'content'],
  ])('refuses %j', async (input, path) => {
    const { viewer, subjectId } = await someLearner();
    expect(await create(viewer, subjectId, input)).toMatchObject({ code: 'VALIDATION', path: [path] });
  });
});
