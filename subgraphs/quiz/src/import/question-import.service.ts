import { invalidInput, newId, notFound } from '@studymate/contracts';
import type { BankEntry, QuestionImport } from '@studymate/database/quiz';
import { onceByKey, parseInput } from '@studymate/subgraph-kit';
import { z } from 'zod';
import { findBank, findEntry, getBank } from '../bank/bank.service.ts';
import type { Context } from '../context.ts';
import { claimUpload, presentDownload } from '../file/question-file.service.ts';
import { readInto } from './question-import.run.ts';
import type { QuestionFormat } from './read-questions.ts';

const contentSchema = z
  .string()
  .min(1)
  .max(2_000_000)
  .refine((text) => text.isWellFormed() && !text.includes('\u0000'), 'must be well-formed text');

export interface ImportInput {
  readonly bankId: string;
  readonly format: QuestionFormat;
  readonly content?: string | null | undefined;
  readonly uploadId?: string | null | undefined;
  readonly dryRun: boolean;
  readonly idempotencyKey?: string | null | undefined;
}

/**
 * Reads questions into a bank: every one of them is stored or named in `problems` with its line. A dry run says the
 * same and stores no question. A text is read at once, all or nothing of it; an upload is left to a job. Throws
 * NOT_FOUND for a bank or an upload that is not the viewer's.
 */
export async function importQuestions(context: Context, input: ImportInput): Promise<QuestionImport> {
  const { idempotencyKey: key, ...body } = input;
  const run = (inner: Context) => beginImport(inner, body);
  if (!key) return context.transaction(run);
  return onceByKey(context, { mutation: 'importQuestions', key, body }, { run, replay: getImport });
}

async function beginImport(
  context: Context,
  { bankId, format, content, uploadId, dryRun }: Omit<ImportInput, 'idempotencyKey'>,
): Promise<QuestionImport> {
  const bank = await getBank(context, bankId);
  const shared = {
    id: newId('QuestionImport'),
    bankId: bank.id,
    format,
    isDryRun: dryRun,
    accepted: 0,
    progress: 0,
  };
  if (uploadId && typeof content !== 'string') {
    const { id: fileId } = await claimUpload(context, uploadId);
    const report = await context.questionImports.create({ ...shared, fileId, status: 'QUEUED' });
    await context.jobs.enqueue('importQuestions', { importId: report.id });
    return report;
  }
  if (uploadId) throw invalidInput(['uploadId'], 'give either content or uploadId', 'exclusive');
  const source = parseInput(contentSchema, 'content', content);
  const report = await context.questionImports.create({ ...shared, status: 'RUNNING' });
  await readInto(context, { bank, report, source });
  context.questionImports.forget();
  return getImport(context, report.id);
}

/** The report, for the author of the bank; else null. */
export async function findImport(context: Context, id: string): Promise<QuestionImport | null> {
  const report = await context.questionImports.find(id);
  return report && (await findBank(context, report.bankId)) ? report : null;
}

/** The import as it is now; throws NOT_FOUND where `findImport` answers null. */
export async function getImport(context: Context, id: string): Promise<QuestionImport> {
  const report = await findImport(context, id);
  if (!report) throw notFound('QuestionImport');
  return report;
}

/** The first hundred entries that an import made; the bank lists them all. */
export async function listCreated(context: Context, { entryIds }: QuestionImport): Promise<BankEntry[]> {
  const entries = await Promise.all(entryIds.map((id) => findEntry(context, id)));
  return entries.filter((entry) => entry !== null);
}

/** Where all problems can be fetched as CSV; null when there are none, or none yet, or their time is over. */
export async function findReport(context: Context, { reportFileId }: QuestionImport) {
  const file = reportFileId === null ? null : await context.questionFiles.find(reportFileId);
  return file && presentDownload(context, file);
}
