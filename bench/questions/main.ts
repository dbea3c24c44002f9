/** How fast a bank of tens of thousands of questions is read by uploads, and that nothing of it is lost. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { newRowId } from '@studymate/contracts';
import { root } from '../gateway/places.ts';
import { type Author, createAuthor, startQuiz } from './running-quiz.ts';

const usage = `Usage: npm run bench:questions [-- --json FILE] [--files N]
  Reads the files of OpenTriviaQA under STUDYMATE_VECTORS (trivia/categories) into a bank, each by an upload.`;

const categories = join(
  process.env.STUDYMATE_VECTORS ?? resolve(root, '../shared/vectors'),
  'trivia/categories',
);
const pollMs = 50;

async function makeBank({ ask, subjectId }: Author): Promise<string> {
  const bank = await ask(
    `mutation ($subjectId: ID!, $key: String!) {
      createQuestionBank(title: "Trivia", subjectId: $subjectId, idempotencyKey: $key) { ... on QuestionBank { id } }
    }`,
    { subjectId, key: newRowId() },
  );
  return bank.id;
}

async function upload({ ask }: Author, filename: string, body: Uint8Array<ArrayBuffer>): Promise<string> {
  const announced = await ask(
    `mutation ($filename: String!, $byteSize: Int!) {
      createQuestionUpload(filename: $filename, contentType: "text/plain", byteSize: $byteSize) {
        ... on QuestionUpload { id url headers { name value } } ... on UserError { code message }
      }
    }`,
    { filename, byteSize: body.byteLength },
  );
  const headers = Object.fromEntries(
    announced.headers.map(({ name, value }: { name: string; value: string }) => [name, value]),
  );
  const { ok, status } = await fetch(announced.url, { method: 'PUT', headers, body });
  if (!ok) throw new Error(`The upload of ${filename} was answered with ${status}.`);
  return announced.id;
}

async function readFile(author: Author, bankId: string, filename: string) {
  const body = new Uint8Array(readFileSync(join(categories, filename)));
  const uploadId = await upload(author, filename, body);
  const began = await author.ask(
    `mutation ($bankId: ID!, $uploadId: ID!) {
      importQuestions(bankId: $bankId, format: OPEN_TRIVIA, uploadId: $uploadId) {
        ... on QuestionImport { id } ... on UserError { code message }
      }
    }`,
    { bankId, uploadId },
  );
  for (;;) {
    const [report] = (await author.ask(
      `query ($r: [_Any!]!) {
        _entities(representations: $r) { ... on QuestionImport { status accepted problemCount problems { message } } }
      }`,
      { r: [{ __typename: 'QuestionImport', id: began.id }] },
    )) as Record<string, unknown>[];
    if (report?.status === 'DONE') return { report, questions: countQuestions(body) };
    if (report?.status === 'FAILED') throw new Error(`${filename}: ${JSON.stringify(report)}`);
    await delay(pollMs);
  }
}

const countQuestions = (body: Uint8Array) => Buffer.from(body).toString('latin1').match(/^#Q/gm)?.length ?? 0;

/** Problems that are about a line's encoding are about no question. */
const isOfQuestion = ({ message }: { readonly message: string }) => !message.includes('UTF-8');

async function measure(author: Author, files: number) {
  const bankId = await makeBank(author);
  const totals = { files: 0, questions: 0, stored: 0, named: 0, duplicates: 0, linesInLatin1: 0, seconds: 0 };
  const began = performance.now();
  for (const filename of readdirSync(categories).toSorted().slice(0, files)) {
    const { report, questions } = await readFile(author, bankId, filename);
    const problems = report.problems as { message: string }[];
    if (problems.length < Number(report.problemCount))
      throw new Error(`${filename} has too many problems to count.`);
    const named = problems.filter(isOfQuestion);
    totals.files += 1;
    totals.questions += questions;
    totals.stored += Number(report.accepted);
    totals.named += named.length;
    totals.duplicates += named.filter(({ message }) => message.includes('the same question')).length;
    totals.linesInLatin1 += problems.length - named.length;
  }
  totals.seconds = (performance.now() - began) / 1000;
  return totals;
}

async function run(): Promise<void> {
  const { values } = parseArgs({
    options: {
      json: { type: 'string' },
      files: { type: 'string', default: '100' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return console.log(usage);
  if (!existsSync(categories)) throw new Error(`There is no ${categories}: set STUDYMATE_VECTORS.`);
  const quiz = await startQuiz();
  try {
    const totals = await measure(await createAuthor(quiz), Number(values.files));
    const { files, questions, stored, named, duplicates, linesInLatin1, seconds } = totals;
    console.log(`${questions} questions in ${files} files: ${stored} stored, ${named} named (${duplicates} of them twice there), \
${questions - stored - named} lost; ${linesInLatin1} lines not in UTF-8`);
    console.log(`${seconds.toFixed(1)} s, ${Math.round(questions / seconds)} questions a second`);
    if (stored + named !== questions) process.exitCode = 1;
    if (values.json) writeFileSync(values.json, `${JSON.stringify(totals, null, 2)}\n`);
  } finally {
    await quiz.stop();
  }
}

run().catch((error: unknown) => {
  console.error(`✖ ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});
