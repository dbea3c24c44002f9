import { invalidInput, questionDifficulties, summaryStyles } from '@studymate/contracts';
import { parseInput } from '@studymate/subgraph-kit';
import { z } from 'zod';
import type { GenerationInput } from '../__generated__/resolvers.ts';
import { questionTypes } from '../embedded/quiz.ts';
import { type StudyLanguage, studyLanguages } from '../language/language.ts';

const countLimits = {
  SUMMARY: { fewest: 3, most: 30 },
  QUIZ: { fewest: 1, most: 50 },
  FLASHCARDS: { fewest: 1, most: 100 },
} as const;

/** What a generation is asked for beside kind and material; kept with it as JSON. */
export const parametersSchema = z.object({
  count: z.int().nullable(),
  difficulty: z.enum(questionDifficulties).nullable(),
  types: z.array(z.enum(questionTypes)).min(1),
  style: z.enum(summaryStyles),
});

export type GenerationParameters = z.output<typeof parametersSchema>;

export interface ParsedInput {
  readonly kind: GenerationInput['kind'];
  readonly materialId: string;
  readonly revision: number | null;
  readonly language: StudyLanguage | null;
  readonly parameters: GenerationParameters;
  readonly maxCredits: number;
}

const inputSchema = z.object({
  kind: z.enum(['SUMMARY', 'QUIZ', 'FLASHCARDS']),
  materialId: z.string({ error: 'name the material to work from' }).min(1),
  materialRevision: z.int().positive().nullish(),
  language: z.string().nullish(),
  count: z.int().nullish(),
  difficulty: z.enum(questionDifficulties).nullish(),
  questionTypes: z.array(z.enum(questionTypes)).min(1).max(questionTypes.length).nullish(),
  style: z.enum(summaryStyles).nullish(),
  maxCredits: z.int().positive().nullish(),
});

/** Checks what was asked for and fills in what was left out; throws VALIDATION that names the field. */
export function parseGenerationInput(input: GenerationInput): ParsedInput {
  const parsed = parseInput(inputSchema, 'input', input);
  const { kind, count = null } = parsed;
  const { fewest, most } = countLimits[kind];
  if (count !== null && (count < fewest || count > most)) {
    throw invalidInput(['input', 'count'], `input.count: must be ${fewest} to ${most} for ${kind}`, 'range');
  }
  return {
    kind,
    materialId: parsed.materialId,
    revision: parsed.materialRevision ?? null,
    language: parseLanguage(parsed.language ?? null),
    maxCredits: parsed.maxCredits ?? Number.MAX_SAFE_INTEGER,
    parameters: {
      count,
      difficulty: kind === 'QUIZ' ? (parsed.difficulty ?? 'MEDIUM') : null,
      types: parsed.questionTypes
        ? questionTypes.filter((type) => parsed.questionTypes?.includes(type))
        : [...questionTypes],
      style: parsed.style ?? 'BULLETS',
    },
  };
}

/** `ko-KR` asks for Korean. */
function parseLanguage(tag: string | null): StudyLanguage | null {
  if (tag === null) return null;
  const language = studyLanguages.find((known) => known === tag.toLowerCase().split('-')[0]);
  if (!language)
    throw invalidInput(['input', 'language'], `input.language: must be one of ${studyLanguages.join(', ')}`);
  return language;
}
