import { DomainError, newId } from '@studymate/contracts';
import type { BankEntry, QuestionBank, QuestionImport } from '@studymate/database/quiz';
import { parseInput } from '@studymate/subgraph-kit';
import { z } from 'zod';
import { findBank, findEntry, getBank } from '../bank/bank.service.ts';
import type { Context } from '../context.ts';
import type { NewQuestion } from '../question/question.repository.ts';
import { type QuestionHalves, splitQuestion } from '../question/question.split.ts';
import { typenameOfKind } from '../question/question.view.ts';
import { ownSkillIds } from '../subject/subject.service.ts';
import { readAiken } from './aiken.ts';
import { readGift } from './gift.map.ts';
import type { ImportedQuestion, ImportProblem } from './imported-question.ts';

export type QuestionFormat = 'GIFT' | 'AIKEN';

const readers = { GIFT: readGift, AIKEN: readAiken };
const contentSchema = z
  .string()
  .min(1)
  .max(2_000_000)
  .refine((text) => text.isWellFormed() && !text.includes('\u0000'), 'must be well-formed text');
const problemsSchema = z.array(
  z.object({ line: z.int().nullable(), item: z.string().nullable(), message: z.string() }),
);
const entriesPerStatement = 500;

export interface ImportInput {
  readonly bankId: string;
  readonly format: QuestionFormat;
  readonly content: string;
  readonly dryRun: boolean;
}

/**
 * Reads a file into a bank: every question of it is stored or named in `problems` with its line. A dry run says the
 * same and stores no question. Throws NOT_FOUND for a bank that is not the viewer's.
 */
export async function importQuestions(context: Context, input: ImportInput): Promise<QuestionImport> {
  const bank = await getBank(context, input.bankId);
  const content = parseInput(contentSchema, 'content', input.content);
  const file = readers[input.format](content);
  const skillIds = await ownSkillIds(context, bank.subjectId, []);
  const read = file.questions.map((question) => toNewQuestion(question, skillIds));
  const questions = read.flatMap(({ question }) => question ?? []);
  const problems = [...file.problems, ...read.flatMap((each) => each.problems)];
  const report = {
    id: newId('QuestionImport'),
    bankId: bank.id,
    format: input.format,
    isDryRun: input.dryRun,
    accepted: questions.length,
    entryIds: input.dryRun ? [] : questions.map(({ entryId }) => entryId),
    problems: problems.toSorted((one, other) => one.line - other.line).map((problem) => ({ ...problem })),
  };
  return context.transaction(async (inner) => {
    if (!input.dryRun) await storeQuestions(inner, bank, questions);
    return inner.questionImports.create(report);
  });
}

interface ReadQuestion {
  readonly question: NewQuestion | null;
  readonly problems: readonly ImportProblem[];
}

function toNewQuestion(imported: ImportedQuestion, skillIds: readonly string[]): ReadQuestion {
  const { line, title, prompt, explanation, body, notes } = imported;
  const problem = (message: string): ImportProblem => ({ line, item: title ?? prompt.slice(0, 80), message });
  const halves = trySplit(prompt, body);
  if (typeof halves === 'string') return { question: null, problems: [problem(halves)] };
  const question = {
    ...halves,
    id: newId(typenameOfKind[halves.content.kind]),
    entryId: newId('BankEntry'),
    version: 1,
    prompt,
    language: null,
    skillIds,
    difficulty: 'MEDIUM' as const,
    defaultScore: '1',
    explanation,
  };
  return { question, problems: notes.map(problem) };
}

function trySplit(prompt: string, body: unknown): QuestionHalves | string {
  if (prompt === '') return 'the question has no text';
  try {
    return splitQuestion(prompt, body, null);
  } catch (error) {
    if (error instanceof DomainError) return error.message;
    throw error;
  }
}

async function storeQuestions(
  context: Context,
  bank: QuestionBank,
  questions: readonly NewQuestion[],
): Promise<void> {
  for (let from = 0; from < questions.length; from += entriesPerStatement) {
    const some = questions.slice(from, from + entriesPerStatement);
    await context.entries.createAll(
      some.map(({ entryId: id, prompt, skillIds, difficulty }) => {
        return { id, bankId: bank.id, prompt, skillIds: [...skillIds], difficulty };
      }),
    );
    await context.questions.createAll(some);
  }
}

/** The report, for the author of the bank; else null. */
export async function findImport(context: Context, id: string): Promise<QuestionImport | null> {
  const report = await context.questionImports.find(id);
  return report && (await findBank(context, report.bankId)) ? report : null;
}

/** The first hundred entries that an import made; the bank lists them all. */
export async function listCreated(context: Context, { entryIds }: QuestionImport): Promise<BankEntry[]> {
  const entries = await Promise.all(entryIds.slice(0, 100).map((id) => findEntry(context, id)));
  return entries.filter((entry) => entry !== null);
}

export const listProblems = ({ problems }: QuestionImport) => problemsSchema.parse(problems);
