import { conflict, type NodeTypename, newId } from '@studymate/contracts';
import type { BankEntry, Question, QuestionBank } from '@studymate/database/quiz';
import { parseInput, requireViewer } from '@studymate/subgraph-kit';
import { z } from 'zod';
import { findEntry, getBank, getEntry } from '../bank/bank.service.ts';
import type { Context } from '../context.ts';
import { ownSkillIds } from '../subject/subject.service.ts';
import { keyRules } from './answer-key.ts';
import type { QuestionKind } from './content.ts';
import type { NewQuestion } from './question.repository.ts';
import { splitQuestion } from './question.split.ts';
import {
  isOfKind,
  type QuestionView,
  typenameOfKind,
  viewQuestion,
  viewQuestionShown,
} from './question.view.ts';

const firstVersion = 1;

const questionSchema = z.object({
  prompt: z.string().trim().min(1).max(20_000),
  explanation: z.string().trim().max(20_000).nullish(),
  language: z.string().nullish(),
  defaultScore: z.number().positive().max(1_000).nullish(),
  skillIds: z.array(z.string()).max(20),
});

export interface QuestionInput {
  readonly bankId: string;
  readonly entryId?: string | null | undefined;
  readonly expectedVersion?: number | null | undefined;
  readonly difficulty?: Question['difficulty'] | null | undefined;
  readonly prompt: string;
  readonly skillIds: readonly string[];
}

/** The answers and their explanation as a person reads them. */
export interface ReadableKey {
  readonly rules: ReturnType<typeof keyRules>;
  readonly explanation: string | null;
}

/** The latest version; entries are never without one. */
export async function getLatestQuestion(context: Context, entry: BankEntry): Promise<QuestionView> {
  const question = await context.questions.findVersion(entry.id, entry.latestVersion);
  if (!question) throw new Error(`Entry ${entry.id} has no version ${entry.latestVersion}.`);
  return viewQuestion(question);
}

export async function listVersions(context: Context, entryId: string): Promise<QuestionView[]> {
  return (await context.questions.versionsOf(entryId)).map(viewQuestion);
}

/** The question, for the author of its bank and for whoever was asked it; else null. */
export async function findQuestion(context: Context, id: string): Promise<QuestionView | null> {
  const question = await context.questions.find(id);
  if (!question || !context.viewer) return null;
  if (await findEntry(context, question.entryId)) return viewQuestion(question);
  const wasAsked = await context.attemptItems.wasAsked(context.viewer.id, id);
  return wasAsked ? viewQuestionShown(question, []) : null;
}

/** The question as `findQuestion` finds it, when it is of the kind that its id claims. */
export async function findQuestionOfKind<K extends QuestionKind>(context: Context, id: string, kind: K) {
  const question = await findQuestion(context, id);
  return question && isOfKind(question, kind) ? question : null;
}

/** The key of a question version, for the author of its bank only; else null. */
export async function findKeyAsAuthor(context: Context, question: QuestionView): Promise<ReadableKey | null> {
  return (await findEntry(context, question.entryId)) ? readKey(context, question.id) : null;
}

/** The key of a question version. Callers have made sure that the viewer may know. */
export async function readKey(context: Context, questionId: string): Promise<ReadableKey> {
  const { content, explanation } = await context.answerKeys.get(questionId);
  return { rules: keyRules(content), explanation };
}

/** Writes a new question, or a new version of one; versions that exist are never touched. */
export async function saveQuestion(context: Context, input: QuestionInput): Promise<BankEntry> {
  requireViewer(context);
  const bank = await getBank(context, input.bankId);
  const fields = parseInput(questionSchema, 'input', input);
  const entry = input.entryId ? await getEntryOf(context, bank, input.entryId) : null;
  const before = entry ? (await getLatestQuestion(context, entry)).content : null;
  const { content, key } = splitQuestion(fields.prompt, input, before);
  if (entry && (input.expectedVersion ?? entry.latestVersion) !== entry.latestVersion)
    throw conflict('The question has a newer version.', entry.latestVersion);

  const version: NewQuestion = {
    id: newId(typenameOfKind[content.kind] satisfies NodeTypename),
    entryId: entry?.id ?? newId('BankEntry'),
    version: (entry?.latestVersion ?? 0) + 1,
    prompt: fields.prompt,
    language: fields.language ?? null,
    skillIds: await ownSkillIds(context, bank.subjectId, fields.skillIds),
    difficulty: input.difficulty ?? 'MEDIUM',
    defaultScore: String(fields.defaultScore ?? 1),
    content,
    key,
    explanation: fields.explanation || null,
  };
  return context.transaction((inner) => storeVersion(inner, bank, { entry, version }));
}

async function storeVersion(
  context: Context,
  bank: QuestionBank,
  { entry, version }: { readonly entry: BankEntry | null; readonly version: NewQuestion },
): Promise<BankEntry> {
  const { prompt, difficulty } = version;
  const searchable = { prompt, difficulty, skillIds: [...version.skillIds] };
  if (entry) {
    if (!(await context.entries.advance(entry, searchable)))
      throw conflict('The question has a newer version.', entry.latestVersion + 1);
  } else {
    const created = { id: version.entryId, bankId: bank.id, latestVersion: firstVersion, ...searchable };
    await context.entries.createAll([created]);
  }
  await context.questions.createAll([version]);
  return getEntry(context, version.entryId);
}

async function getEntryOf(context: Context, bank: QuestionBank, entryId: string): Promise<BankEntry> {
  const entry = await getEntry(context, entryId);
  if (entry.bankId !== bank.id) throw conflict('The question is in another bank.');
  return entry;
}
