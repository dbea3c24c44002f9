import { invalidInput, notFound } from '@studymate/contracts';
import type { MaterialSource } from '@studymate/database/ai';
import { findDespiteLag, requireViewer } from '@studymate/subgraph-kit';
import type { GenerationInput } from '../__generated__/resolvers.ts';
import type { Context } from '../context.ts';
import { affordableModels, mostCredits, usualCredits } from '../credit/price.ts';
import { type StudyLanguage, studyLanguages } from '../language/language.ts';
import { type ParsedInput, parseGenerationInput } from './generation.input.ts';

/** The revision of the viewer's material that is asked about, which may just have been read; throws NOT_FOUND. */
export async function getSource(
  context: Context,
  { materialId, revision }: ParsedInput,
): Promise<MaterialSource> {
  const { materials, now } = context;
  const source = await findDespiteLag(
    () => (revision === null ? materials.findLatest(materialId) : materials.find(materialId, revision)),
    { id: materialId, now: now() },
  );
  if (!source || source.ownerId !== context.viewer?.id) throw notFound('Material');
  return source;
}

export interface Plan {
  readonly language: StudyLanguage;
  /** What the dearest model that may be tried can cost. */
  readonly maxCredits: number;
  /** What the first in turn usually costs. */
  readonly expectedCredits: number;
}

/** Which models may be tried and what they can cost; throws VALIDATION when none can. */
export function planFor({ models }: Context, parsed: ParsedInput, source: MaterialSource): Plan {
  const own = studyLanguages.find((known) => known === source.language.split('-')[0]) ?? 'en';
  const language = parsed.language ?? own;
  const request = { kind: parsed.kind, charCount: source.charCount, count: parsed.parameters.count };
  const translating = models.filter(({ provider }) => provider !== 'embedded' || language === own);
  const usable = affordableModels(translating, request, parsed.maxCredits);
  const [first] = usable;
  if (!first) {
    throw language === own
      ? invalidInput(['input', 'materialId'], 'input.materialId: the material is too long')
      : invalidInput(
          ['input', 'language'],
          `input.language: nothing here can write ${language} about this material`,
        );
  }
  return {
    language,
    maxCredits: Math.max(...usable.map((model) => mostCredits(model, request))),
    expectedCredits: usualCredits(first, request),
  };
}

export interface CostEstimateView {
  readonly maxCredits: number;
  readonly expectedCredits: number;
  readonly allowed: boolean;
  readonly reason: string | null;
}

/** What a generation would cost, without starting it. */
export async function estimateGeneration(
  context: Context,
  input: GenerationInput,
): Promise<CostEstimateView> {
  const viewer = requireViewer(context);
  const parsed = parseGenerationInput(input);
  const source = await getSource(context, parsed);
  const { maxCredits, expectedCredits } = planFor(context, parsed, source);
  const available = await context.balances.findAvailable(viewer.id);
  const allowed = available === null || available >= maxCredits;
  const reason = allowed ? null : `Credits needed: ${maxCredits}, available: ${available}.`;
  return { maxCredits, expectedCredits, allowed, reason };
}
