import { describe, expect, it } from '@jest/globals';
import { outboxOf, someViewer } from '@studymate/testkit';
import { makeShelf, read, readFile, readReport, upload } from '../../tests/exchange.ts';
import { createWorld, makeBank } from '../../tests/world.ts';
import { deleteOldFiles } from '../file/question-file.service.ts';
import { runImport } from './question-import.run.ts';

const world = await createWorld();

const aiken = (count: number) =>
  Array.from({ length: count }, (_, index) => `Question ${index}?\nA. yes\nB. no\nANSWER: A\n`).join('\n');

const newUpload = `mutation ($contentType: String!, $byteSize: Int!) {
  createQuestionUpload(filename: "q.xml", contentType: $contentType, byteSize: $byteSize) {
    __typename ... on QuestionUpload { id url expiresAt headers { name value } } ... on UserError { code path }
  }
}`;

describe('an uploaded file', () => {
  it('is read by a job whose progress can be followed', async () => {
    const { author, bankId } = await makeShelf(world);
    const uploadId = await upload(world, author.viewer, Buffer.from(aiken(600)));
    const queued = await read(world, author.viewer, { bankId, format: 'AIKEN', uploadId });
    expect(queued).toMatchObject({ status: 'QUEUED', progress: 0, accepted: 0, created: [] });

    const jobs = await outboxOf(world.database, 'JOB');
    expect(jobs).toContainEqual({ name: 'importQuestions', payload: { importId: queued.id } });
    const progress =
      'subscription ($id: ID!) { questionImportProgress(id: $id) { status accepted progress } }';
    const followed = await world.follow(author.viewer, progress, { id: queued.id });
    const seen = [(await followed.next()).data.questionImportProgress];
    await runImport(world.contextOf(null), { importId: queued.id });
    while (seen.at(-1).status !== 'DONE') seen.push((await followed.next()).data.questionImportProgress);
    expect(seen[0]).toEqual({ status: 'QUEUED', accepted: 0, progress: 0 });
    expect(seen.at(-1)).toEqual({ status: 'DONE', accepted: 600, progress: 1 });

    const done = await readReport(world, author.viewer, queued.id);
    expect(done).toMatchObject({
      status: 'DONE',
      accepted: 600,
      problemCount: 0,
      problems: [],
      problemReport: null,
    });
    expect(done.created).toHaveLength(100);
    const prompts = await world.database.bankEntry.findMany({ where: { bankId }, orderBy: { id: 'asc' } });
    expect(prompts.map(({ prompt }) => prompt)).toEqual(
      Array.from({ length: 600 }, (_, index) => `Question ${index}?`),
    );
    const [file] = await world.database.questionFile.findMany({ where: { id: uploadId } });
    expect(world.bodies.has(file?.key ?? '')).toBe(false);
  });

  it('is read on where a worker was lost, and once only by two', async () => {
    const { author, bankId } = await makeShelf(world);
    const uploadId = await upload(
      world,
      author.viewer,
      Buffer.from(`${aiken(700)}\nNo answer\nA. x\n\n${aiken(1)}`),
    );
    const { id: importId } = await read(world, author.viewer, { bankId, format: 'AIKEN', uploadId });
    const lost = world.contextOf(null);
    let steps = 0;
    const transaction: typeof lost.transaction = (work) => {
      steps += 1;
      if (steps > 1) throw new Error('The worker is gone.');
      return lost.transaction(work);
    };
    await expect(runImport({ ...lost, transaction }, { importId })).rejects.toThrow('gone');
    expect(await readReport(world, author.viewer, importId)).toMatchObject({
      status: 'RUNNING',
      accepted: 250,
    });

    const again = Array.from({ length: 2 }, () => runImport(world.contextOf(null), { importId }));
    await Promise.all(again);
    await runImport(world.contextOf(null), { importId });
    expect(await readReport(world, author.viewer, importId)).toMatchObject({
      status: 'DONE',
      accepted: 700,
      problems: [
        { line: 3501, item: 'No answer', message: 'there is no ANSWER line' },
        { line: 3504, message: 'the same question begins at line 1' },
      ],
    });
    expect(await world.database.bankEntry.count({ where: { bankId } })).toBe(700);
  });

  it('in another encoding is read, and the lines that were not UTF-8 are named', async () => {
    const { author, bankId } = await makeShelf(world);
    const latin = Buffer.from('Caf\u00e9?\nA. cr\u00e8me\nB. no\nANSWER: A\n', 'latin1');
    expect(await readFile(world, author.viewer, { bankId, format: 'AIKEN', body: latin })).toMatchObject({
      created: [{ latest: { prompt: 'Café?' } }],
      problems: [
        { line: 1, item: 'Café?', message: 'the line is not in UTF-8 and was read as Windows-1252' },
        { line: 2, item: 'A. crème' },
      ],
    });
    const wide = Buffer.from('\ufeffTea 차?\nA. yes\nB. no\nANSWER: A\n', 'utf16le');
    expect(await readFile(world, author.viewer, { bankId, format: 'AIKEN', body: wide })).toMatchObject({
      created: [{ latest: { prompt: 'Tea 차?' } }],
      problems: [],
    });
    const xml = Buffer.from(
      '<?xml version="1.0" encoding="ISO-8859-1"?><quiz><question type="shortanswer"><questiontext format="markdown"><text>Gr\u00fc\u00dfe?</text></questiontext><answer fraction="100"><text>ja</text></answer></question></quiz>',
      'latin1',
    );
    expect(await readFile(world, author.viewer, { bankId, format: 'MOODLE_XML', body: xml })).toMatchObject({
      created: [{ latest: { prompt: 'Grüße?' } }],
      problems: [],
    });
    const broken = Buffer.from('One\u0000?{=1}\n');
    expect(await readFile(world, author.viewer, { bankId, format: 'GIFT', body: broken })).toMatchObject({
      created: [{ latest: { prompt: 'One?' } }],
      problems: [{ line: 1, message: expect.stringContaining('U+0000') }],
    });
  });

  it('has all its problems in a table that a spreadsheet opens', async () => {
    const { author, bankId } = await makeShelf(world);
    const body = Buffer.from('=SUM(A1) "x", y?\nA. yes\n'.repeat(1_200));
    const report = await readFile(world, author.viewer, { bankId, format: 'AIKEN', body });
    expect(report).toMatchObject({ status: 'DONE', accepted: 0, problemCount: 1_200 });
    expect(report.problems).toHaveLength(1_000);
    const csv = world.bodies.get(report.problemReport.downloadUrl.replace('memory://', ''))?.toString() ?? '';
    const rows = csv.split('\r\n');
    expect(rows[0]).toBe('line,item,message');
    expect(rows[1]).toBe('"1","\'=SUM(A1) ""x"", y?","there is no ANSWER line"');
    expect(rows).toHaveLength(1_202);
  });

  it('fails with a reason when it is gone', async () => {
    const { author, bankId } = await makeShelf(world);
    const uploadId = await upload(world, author.viewer, Buffer.from(aiken(1)));
    const { id } = await read(world, author.viewer, { bankId, format: 'AIKEN', uploadId });
    world.bodies.clear();
    await runImport(world.contextOf(null), { importId: id });
    expect(await readReport(world, author.viewer, id)).toMatchObject({
      status: 'FAILED',
      problems: [{ line: null, message: 'the file is no longer there' }],
    });
  });

  it('is used once, by who announced it, for a bank of theirs', async () => {
    const { author, bankId } = await makeShelf(world);
    const uploadId = await upload(world, author.viewer, Buffer.from(aiken(1)));
    const other = await makeShelf(world);
    const asked = { format: 'AIKEN', uploadId };
    expect(await read(world, other.author.viewer, { ...asked, bankId: other.bankId })).toMatchObject({
      code: 'NOT_FOUND',
    });
    expect(await read(world, author.viewer, { ...asked, bankId, content: 'x' })).toMatchObject({
      code: 'VALIDATION',
      path: ['uploadId'],
    });
    expect(await read(world, author.viewer, { ...asked, bankId })).toMatchObject({ status: 'QUEUED' });
    expect(await read(world, author.viewer, { ...asked, bankId })).toMatchObject({ code: 'VALIDATION' });
    const { createQuestionUpload: empty } = await world.get(author.viewer, newUpload, {
      contentType: 'text/xml',
      byteSize: 1,
    });
    expect(await read(world, author.viewer, { ...asked, bankId, uploadId: empty.id })).toMatchObject({
      code: 'VALIDATION',
    });
    const progress = 'subscription ($id: ID!) { questionImportProgress(id: $id) { status } }';
    const { id } = await read(world, author.viewer, { bankId, format: 'GIFT', content: 'a?{=b}' });
    const followed = await world.follow(someViewer({ roles: ['AUTHOR'] }), progress, { id });
    await expect(followed.next()).rejects.toThrow('NOT_FOUND');
  });

  it('is of a bounded size and kind, and so is what an author uploads in a day', async () => {
    const { author } = await makeShelf(world);
    const announce = async (variables: Record<string, unknown>) =>
      (await world.get(author.viewer, newUpload, variables)).createQuestionUpload;
    const mebibyte = 1024 * 1024;
    expect(await announce({ contentType: 'text/html', byteSize: 1 })).toMatchObject({ code: 'VALIDATION' });
    expect(await announce({ contentType: 'text/xml', byteSize: 0 })).toMatchObject({ code: 'VALIDATION' });
    expect(await announce({ contentType: 'text/xml', byteSize: 20 * mebibyte + 1 })).toMatchObject({
      path: ['byteSize'],
    });
    for (let day = 0; day < 10; day += 1)
      expect(await announce({ contentType: 'text/xml', byteSize: 20 * mebibyte })).toHaveProperty('url');
    expect(await announce({ contentType: 'text/xml', byteSize: 1 })).toMatchObject({
      code: 'QUOTA_EXCEEDED',
    });
    const { createQuestionUpload: refused } = await world.get(someViewer(), newUpload, {
      contentType: 'text/xml',
      byteSize: 1,
    });
    expect(refused).toMatchObject({ code: 'FORBIDDEN' });
  });

  it('is deleted a day later, and its report after thirty', async () => {
    const author = (await makeShelf(world)).author;
    const bankId = await makeBank(world, author);
    const { id } = await readFile(world, author.viewer, {
      bankId,
      format: 'AIKEN',
      body: Buffer.from('Lost\nA. x\n'),
    });
    const uploadId = await upload(world, author.viewer, Buffer.from('never read'));
    world.pass(25 * 3600);
    await deleteOldFiles(world.contextOf(null));
    expect(await world.database.questionFile.findUnique({ where: { id: uploadId } })).toBeNull();
    expect((await readReport(world, author.viewer, id)).problemReport).not.toBeNull();
    world.pass(30 * 86_400);
    await deleteOldFiles(world.contextOf(null));
    expect(await readReport(world, author.viewer, id)).toMatchObject({
      problemCount: 1,
      problemReport: null,
    });
  });
});
