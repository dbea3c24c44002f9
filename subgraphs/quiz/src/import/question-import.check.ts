import { DomainError, newId } from '@studymate/contracts';
import type { SkillProjection } from '@studymate/database/quiz';
import { z } from 'zod';
import { type QuestionBody, questionBodySchema } from '../question/question.input.ts';
import type { NewQuestion } from '../question/question.repository.ts';
import { type QuestionHalves, splitQuestion } from '../question/question.split.ts';
import { typenameOfKind } from '../question/question.view.ts';
import { type ImportedQuestion, type ImportProblem, nameItem } from './imported-question.ts';

/** A question of a file that can be stored. */
export interface CheckedQuestion {
  readonly line: number;
  readonly title: string | null;
  readonly body: QuestionBody;
  readonly prompt: string;
  readonly question: NewQuestion;
}

export interface Checked {
  readonly checked: CheckedQuestion | null;
  readonly problems: readonly ImportProblem[];
}

/** The skills a subject has, by which tags are understood. */
export interface SkillsOfSubject {
  readonly defaultSkillIds: readonly string[];
  readonly skills: readonly Pick<SkillProjection, 'id' | 'title'>[];
}

const fieldsSchema = z.object({
  prompt: z
    .string()
    .trim()
    .min(1, 'the question has no text')
    .max(20_000, 'the question is longer than 20,000 characters'),
  title: z.string().trim().max(500, 'the title is longer than 500 characters').nullable(),
  explanation: z.string().trim().max(20_000, 'the explanation is longer than 20,000 characters').nullable(),
  language: z.string().max(35).nullish(),
  defaultScore: z.coerce.number().positive().max(1_000, 'it is worth more than 1,000 points').nullish(),
});

/** The question ready to be stored, or why it is not; and what of it is not kept. */
export function checkQuestion(imported: ImportedQuestion, subject: SkillsOfSubject): Checked {
  const { line, body, notes } = imported;
  const item = nameItem(imported.title, imported.prompt);
  const problem = (message: string): ImportProblem => ({ line, item, message });
  const fields = fieldsSchema.safeParse(imported);
  if (!fields.success) {
    return { checked: null, problems: [problem(fields.error.issues[0]?.message ?? 'is not valid')] };
  }
  const { prompt, title, explanation, language, defaultScore } = fields.data;
  const halves = trySplit(prompt, body);
  if (typeof halves === 'string') return { checked: null, problems: [problem(halves)] };
  const { skillIds, unknown } = skillsOf(imported.tags ?? [], subject);
  const question: NewQuestion = {
    content: halves.content,
    key: halves.key,
    id: newId(typenameOfKind[halves.content.kind]),
    entryId: newId('BankEntry'),
    version: 1,
    prompt,
    language: language ?? null,
    skillIds,
    difficulty: imported.difficulty ?? 'MEDIUM',
    defaultScore: String(defaultScore ?? 1),
    explanation: explanation || null,
  };
  const lost = unknown.map((tag) => `the tag ${tag} is no skill of the subject and not kept`);
  return {
    checked: { line, title: title || null, body: halves.body, prompt, question },
    problems: [...notes, ...lost].map(problem),
  };
}

function trySplit(
  prompt: string,
  given: unknown,
): (QuestionHalves & { readonly body: QuestionBody }) | string {
  try {
    const halves = splitQuestion(prompt, given, null);
    return { ...halves, body: questionBodySchema.parse(given) };
  } catch (error) {
    if (error instanceof DomainError) return error.message.replace(/^input\.?/, '').replace(/^: /, '');
    throw error;
  }
}

const plainly = (text: string) => text.normalize('NFKC').trim().toLowerCase();

/** A tag stands for the skill of that title; without any the question practises the subject's default skill. */
function skillsOf(tags: readonly string[], { defaultSkillIds, skills }: SkillsOfSubject) {
  const byTitle = new Map(skills.map(({ id, title }) => [plainly(title), id]));
  const found = tags.flatMap((tag) => byTitle.get(plainly(tag)) ?? []);
  const unknown = tags.filter((tag) => !byTitle.has(plainly(tag)));
  return { skillIds: found.length > 0 ? [...new Set(found)] : defaultSkillIds, unknown };
}
