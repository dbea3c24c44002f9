import { setImmediate } from 'node:timers/promises';
import { invalidInput } from '@studymate/contracts';
import type { BankEntry, QuestionBank } from '@studymate/database/quiz';
import { getBank } from '../bank/bank.service.ts';
import type { Context } from '../context.ts';
import { presentDownload, storeFile } from '../file/question-file.service.ts';
import { type ImportProblem, nameItem } from '../import/imported-question.ts';
import { contentSchema } from '../question/content.ts';
import type { ExportedQuestion } from './exported-question.ts';
import { type WrittenFormat, writtenFormats } from './formats.ts';
import { inReadingOrder, joinQuestion } from './join-question.ts';
import { whatIsLost } from './what-is-lost.ts';

const entriesPerRead = 250;
const shownProblems = 1_000;
const maxQuestions = 100_000;

/**
 * Writes the latest version of every question of a bank, with its key, into a file that only the holder of the URL can
 * fetch. Each question is read back as it was written; what would not come back with the same grading is left out and
 * named, what else is not carried is named. Throws NOT_FOUND for a bank that is not the viewer's.
 */
export async function exportQuestions(
  context: Context,
  { bankId, format: name }: { readonly bankId: string; readonly format: string },
) {
  const bank = await getBank(context, bankId);
  const format = findFormat(name);
  const written: string[] = [];
  const problems: ImportProblem[] = [];
  for await (const question of readBank(context, bank)) {
    const { text, notes } = writeQuestion(format, question);
    const item = nameItem(question.title, question.prompt);
    problems.push(...notes.map((message) => ({ line: null, item, message })));
    if (text !== null) written.push(text);
  }
  const file = await storeFile(context, {
    ownerId: bank.ownerId,
    kind: 'EXPORT',
    filename: `${bank.title}.${format.extension}`,
    contentType: format.contentType,
    body: format.assemble(written),
  });
  return {
    ...(await presentDownload(context, file)),
    filename: file.filename,
    questionCount: written.length,
    problems: problems.slice(0, shownProblems),
    problemCount: problems.length,
  };
}

function findFormat(name: string): WrittenFormat {
  const format = Object.entries(writtenFormats).find(([known]) => known === name)?.[1];
  if (!format) throw invalidInput(['format'], `format: nothing is written in ${name}`, 'enum');
  return format;
}

function writeQuestion(format: WrittenFormat, question: ExportedQuestion) {
  const text = format.write(question);
  if (text === null) return { text, notes: ['left out: the format has no such questions'] };
  const verdict = whatIsLost(question, [...format.read(text)]);
  if ('refusal' in verdict) return { text: null, notes: [`left out: ${verdict.refusal}`] };
  return { text, notes: verdict.notes };
}

/** The questions of a bank, the oldest first, a few hundred in a handful of queries. */
async function* readBank(context: Context, bank: QuestionBank): AsyncGenerator<ExportedQuestion> {
  const [subject, skills] = await Promise.all([
    context.subjects.find(bank.subjectId),
    context.subjects.skillsOf(bank.subjectId),
  ]);
  const titles = new Map(skills.map(({ id, title }) => [id, title]));
  const tagsOf = (skillIds: readonly string[]) =>
    skillIds.flatMap((id) => (id === subject?.defaultSkillId ? [] : (titles.get(id) ?? [])));
  let last = '';
  for (let read = 0; read < maxQuestions; ) {
    const entries = await context.entries.after(bank.id, last, entriesPerRead);
    for (const each of await Promise.all(entries.map((entry) => readEntry(context, entry, tagsOf))))
      yield each;
    read += entries.length;
    last = entries.at(-1)?.id ?? last;
    if (entries.length < entriesPerRead) return;
    context.questions.forget();
    context.answerKeys.forget();
    await setImmediate();
  }
  throw invalidInput(['bankId'], `bankId: the bank holds more than ${maxQuestions} questions`, 'size');
}

async function readEntry(
  context: Context,
  { id, title, latestVersion }: BankEntry,
  tagsOf: (skillIds: readonly string[]) => string[],
): Promise<ExportedQuestion> {
  const question = await context.questions.findVersion(id, latestVersion);
  if (!question) throw new Error(`Entry ${id} has no version ${latestVersion}.`);
  const { content: key, explanation } = await context.answerKeys.get(question.id);
  const { prompt, language, difficulty, defaultScore, skillIds, content } = question;
  return {
    title,
    ...inReadingOrder(prompt, joinQuestion(contentSchema.parse(content), key)),
    explanation,
    language,
    difficulty,
    defaultScore: defaultScore.toFixed(),
    tags: tagsOf(skillIds),
  };
}
