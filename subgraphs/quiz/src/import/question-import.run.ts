import { setImmediate } from 'node:timers/promises';
import type { JobPayload } from '@studymate/contracts';
import type { QuestionBank, QuestionImport } from '@studymate/database/quiz';
import type { Context } from '../context.ts';
import { createDuplicateFinder, type DuplicateFinder } from './duplicates.ts';
import { type ImportProblem, nameItem } from './imported-question.ts';
import { type CheckedQuestion, checkQuestion, type SkillsOfSubject } from './question-import.check.ts';
import { storeReport } from './question-import.report.ts';
import { importTopic } from './question-import.topic.ts';
import { type QuestionFormat, type ReadItem, readQuestions } from './read-questions.ts';

const itemsPerStep = 250;
const createdShown = 100;

/** Someone else reads the same file, or has read it. */
class TakenOver extends Error {}

interface Run {
  readonly bank: QuestionBank;
  readonly subject: SkillsOfSubject;
  readonly duplicates: DuplicateFinder;
}

/** Reads an uploaded file into its bank. Done again it goes on where it was left, and after its end changes nothing. */
export async function runImport(
  context: Context,
  { importId }: JobPayload<'importQuestions'>,
): Promise<void> {
  const report = await context.questionImports.find(importId);
  const bank = report && (await context.banks.find(report.bankId));
  if (!bank || !['QUEUED', 'RUNNING'].includes(report.status)) return;
  const file = report.fileId === null ? null : await context.questionFiles.find(report.fileId);
  const object = file && (await context.objects.get(file.key));
  try {
    if (!object) return await giveUp(context, report, 'the file is no longer there');
    await readInto(context, { bank, report, source: object.body });
    await context.objects.delete(object.key);
  } catch (error) {
    if (!(error instanceof TakenOver)) throw error;
  }
}

export interface ReadableImport {
  readonly bank: QuestionBank;
  readonly report: QuestionImport;
  readonly source: string | Uint8Array;
}

/**
 * Reads a source to its end, a few hundred questions and their problems in a transaction each; within one of the
 * caller's, all of it in that one. What was read before `itemsRead` is read again, but only remembered.
 */
export async function readInto(context: Context, { bank, report, source }: ReadableImport): Promise<void> {
  const run = {
    bank,
    subject: await skillsOfBank(context, bank),
    duplicates: createDuplicateFinder(bank.id),
  };
  let reached = report;
  let passed = 0;
  for (const step of steps(readQuestions(report.format as QuestionFormat, source))) {
    if (passed < report.itemsRead)
      run.duplicates.remember(step.flatMap((each) => checkItem(each, run).checked ?? []));
    else reached = await takeStep(context, run, { report: reached, step });
    passed += step.length;
    await setImmediate();
  }
  await finish(context, bank, reached);
}

function* steps(items: Iterable<ReadItem>): Generator<ReadItem[]> {
  let step: ReadItem[] = [];
  for (const item of items) {
    step.push(item);
    if (step.length < itemsPerStep) continue;
    yield step;
    step = [];
  }
  if (step.length > 0) yield step;
}

async function skillsOfBank(context: Context, { subjectId }: QuestionBank): Promise<SkillsOfSubject> {
  const [subject, skills] = await Promise.all([
    context.subjects.find(subjectId),
    context.subjects.skillsOf(subjectId),
  ]);
  return { defaultSkillIds: subject ? [subject.defaultSkillId] : [], skills };
}

function checkItem({ item }: ReadItem, { subject }: Run) {
  if (item.kind === 'QUESTION') return checkQuestion(item, subject);
  const { kind: _kind, ...problem } = item;
  return { checked: null, problems: [problem] };
}

async function takeStep(
  context: Context,
  run: Run,
  { report, step }: { readonly report: QuestionImport; readonly step: readonly ReadItem[] },
): Promise<QuestionImport> {
  const checked = step.map((each) => checkItem(each, run));
  return context.transaction(async (inner) => {
    const questions = checked.flatMap((each) => each.checked ?? []);
    const befores = await run.duplicates.find(inner, questions);
    const knownFrom = new Map(questions.map((question, index) => [question, befores[index] ?? null]));
    const fresh = questions.filter((question) => knownFrom.get(question) === null);
    const problems = checked.flatMap((each) => {
      const before = each.checked && knownFrom.get(each.checked);
      return each.checked && before ? [duplicateOf(each.checked, before)] : each.problems;
    });
    const moved = moveOn(report, { step, fresh, problems });
    if (!(await inner.questionImports.advance(report, moved))) throw new TakenOver();
    if (!report.isDryRun) await storeQuestions(inner, run.bank, fresh);
    await recordProblems(inner, report, problems);
    inner.changes.announce(importTopic(report.id));
    return { ...report, ...moved };
  });
}

const duplicateOf = ({ line, title, prompt }: CheckedQuestion, before: string): ImportProblem => ({
  line,
  item: nameItem(title, prompt),
  message: before,
});

function moveOn(
  report: QuestionImport,
  taken: {
    readonly step: readonly ReadItem[];
    readonly fresh: readonly CheckedQuestion[];
    readonly problems: readonly ImportProblem[];
  },
) {
  const created = report.isDryRun ? [] : taken.fresh.map(({ question }) => question.entryId);
  return {
    status: 'RUNNING' as const,
    itemsRead: report.itemsRead + taken.step.length,
    progress: taken.step.at(-1)?.share ?? report.progress,
    accepted: report.accepted + taken.fresh.length,
    problemCount: report.problemCount + taken.problems.length,
    entryIds: [...report.entryIds, ...created].slice(0, createdShown),
  };
}

async function storeQuestions(
  context: Context,
  { id: bankId }: QuestionBank,
  questions: readonly CheckedQuestion[],
): Promise<void> {
  if (questions.length === 0) return;
  await context.entries.createAll(
    questions.map(({ title, question: { entryId: id, prompt, skillIds, difficulty } }) => {
      return { id, bankId, title, prompt, skillIds: [...skillIds], difficulty };
    }),
  );
  await context.questions.createAll(questions.map(({ question }) => question));
}

async function recordProblems(
  context: Context,
  { id: importId, problemCount }: QuestionImport,
  problems: readonly ImportProblem[],
): Promise<void> {
  if (problems.length === 0) return;
  await context.questionImports.addProblems(
    problems.map((problem, index) => ({ importId, number: problemCount + index + 1, ...problem })),
  );
}

async function finish(context: Context, { ownerId }: QuestionBank, report: QuestionImport): Promise<void> {
  const reportFileId = report.problemCount === 0 ? null : await storeReport(context, ownerId, report.id);
  const status = report.isDryRun ? ('DRY_RUN' as const) : ('DONE' as const);
  await context.transaction(async (inner) => {
    const isOurs = await inner.questionImports.advance(report, { status, progress: 1, reportFileId });
    if (!isOurs) throw new TakenOver();
    inner.changes.announce(importTopic(report.id));
  });
}

/** Ends an import whose file cannot be read at all. */
async function giveUp(context: Context, report: QuestionImport, message: string): Promise<void> {
  await context.transaction(async (inner) => {
    const problemCount = report.problemCount + 1;
    if (!(await inner.questionImports.advance(report, { status: 'FAILED', problemCount })))
      throw new TakenOver();
    await recordProblems(inner, report, [{ line: null, item: null, message }]);
    inner.changes.announce(importTopic(report.id));
  });
}
