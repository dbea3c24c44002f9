import { invalidInput } from '@studymate/contracts';
import { z } from 'zod';
import type { Context } from '../context.ts';
import { ownSkillIds } from '../subject/subject.service.ts';

/** How an adaptive test chooses and stops, as it is stored with a quiz and fixed with an attempt. */
export const adaptiveSettingsSchema = z.object({
  minItems: z.int().min(1).max(200),
  maxItems: z.int().min(1).max(200),
  targetStandardError: z.number().min(0.1).max(3),
  exposureTopK: z.int().min(1).max(100),
  contentBalance: z.array(z.object({ skillId: z.string(), share: z.number().min(0).max(1) })).max(50),
  priorMean: z.number().min(-4).max(4),
  priorSd: z.number().min(0.1).max(4),
  estimator: z.enum(['EAP', 'MLE']),
});

export type AdaptiveSettings = z.output<typeof adaptiveSettingsSchema>;

const defaults: AdaptiveSettings = {
  minItems: 5,
  maxItems: 20,
  targetStandardError: 0.35,
  exposureTopK: 5,
  contentBalance: [],
  priorMean: 0,
  priorSd: 1,
  estimator: 'EAP',
};

/** The nullable shape that input has, where null stands for the default. */
export const adaptiveInputSchema = z
  .record(z.string(), z.unknown())
  .transform((given) => Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null)))
  .transform((given) => ({ ...defaults, ...given }))
  .pipe(adaptiveSettingsSchema)
  .refine(({ minItems, maxItems }) => minItems <= maxItems, {
    path: ['minItems'],
    message: 'must not be more than maxItems',
  })
  .refine(
    ({ contentBalance }) =>
      contentBalance.length === 0 ||
      Math.abs(contentBalance.reduce((sum, { share }) => sum + share, 0) - 1) < 1e-6,
    { path: ['contentBalance'], message: 'shares must add up to 1' },
  );

/** The settings of an adaptive quiz; null for any other. Throws VALIDATION for skills that are not the viewer's. */
export async function settingsFor(
  context: Context,
  { behaviour, adaptive }: { readonly behaviour: string; readonly adaptive: AdaptiveSettings | null },
  subjectId: string,
): Promise<AdaptiveSettings | null> {
  if (behaviour !== 'ADAPTIVE') {
    if (adaptive === null) return null;
    throw invalidInput(['input', 'adaptive'], 'adaptive: the behaviour is not ADAPTIVE');
  }
  const settings = adaptive ?? defaults;
  const skillIds = settings.contentBalance.map(({ skillId }) => skillId);
  if (skillIds.length > 0) await ownSkillIds(context, subjectId, skillIds);
  return settings;
}
