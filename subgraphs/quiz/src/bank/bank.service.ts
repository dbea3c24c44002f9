import { newId, notFound } from '@studymate/contracts';
import type { BankEntry, QuestionBank } from '@studymate/database/quiz';
import {
  onceByKey,
  type PageArguments,
  parseInput,
  parsePage,
  requireViewer,
  toConnection,
} from '@studymate/subgraph-kit';
import { z } from 'zod';
import type { Context } from '../context.ts';
import { type BankEntryPage, idCursor } from '../counted-page.ts';
import { getOwnSubject } from '../subject/subject.service.ts';
import { canAuthorBank } from './bank.policy.ts';
import type { EntryFilter } from './bank-entry.repository.ts';

const entriesPerPage = 50;
const titleSchema = z.string().trim().min(1).max(200);

/** The bank, or null when it does not exist or is not the viewer's to open. */
export async function findBank(context: Context, id: string): Promise<QuestionBank | null> {
  const bank = await context.banks.find(id);
  return bank && canAuthorBank(context.viewer, bank) ? bank : null;
}

/** The bank; throws NOT_FOUND where `findBank` answers null. */
export async function getBank(context: Context, id: string): Promise<QuestionBank> {
  const bank = await findBank(context, id);
  if (!bank) throw notFound('QuestionBank');
  return bank;
}

/** The entry, or null when it does not exist or its bank is not the viewer's to open. */
export async function findEntry(context: Context, id: string): Promise<BankEntry | null> {
  const entry = await context.entries.find(id);
  return entry && (await findBank(context, entry.bankId)) ? entry : null;
}

export async function getEntry(context: Context, id: string): Promise<BankEntry> {
  const entry = await findEntry(context, id);
  if (!entry) throw notFound('BankEntry');
  return entry;
}

/** The banks of a subject that the viewer wrote. */
export async function listBanksOfSubject(context: Context, subjectId: string): Promise<QuestionBank[]> {
  const banks = await context.banks.authoredInSubject(subjectId);
  return banks.filter((bank) => canAuthorBank(context.viewer, bank));
}

export async function listEntries(
  context: Context,
  bankId: string,
  { search, skillId, ...place }: PageArguments & EntryFilter,
): Promise<BankEntryPage> {
  const page = parsePage(place, { fallback: entriesPerPage });
  const filter = { search, skillId };
  const rows = await context.entries.ofBank(bankId, page, filter);
  return {
    ...toConnection(rows, page, idCursor),
    countAll: () => context.entries.countOfBank(bankId, filter),
  };
}

/** How many ready questions practise a skill of the viewer; null for anybody else's. */
export async function countQuestionsOfSkill(context: Context, skillId: string): Promise<number | null> {
  const skill = await context.subjects.findSkill(skillId);
  if (!skill || skill.ownerId !== context.viewer?.id) return null;
  return context.entries.countReadyOfSkill(skillId);
}

export async function createBank(
  context: Context,
  { title, subjectId, idempotencyKey }: { title: string; subjectId: string; idempotencyKey: string },
): Promise<QuestionBank> {
  const viewer = requireViewer(context);
  const named = parseInput(titleSchema, 'title', title);
  const subject = await getOwnSubject(context, subjectId);
  return onceByKey(
    context,
    { mutation: 'createQuestionBank', key: idempotencyKey, body: { title, subjectId } },
    {
      run: (inner) =>
        inner.banks.create({
          id: newId('QuestionBank'),
          ownerId: viewer.id,
          subjectId: subject.id,
          title: named,
        }),
      replay: getBank,
    },
  );
}
