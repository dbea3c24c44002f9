import { conflict, invalidInput, newId, quotaExceeded } from '@studymate/contracts';
import type { SchedulerPreset } from '@studymate/database/study';
import { parseInput, requireViewer } from '@studymate/subgraph-kit';
import { z } from 'zod';
import type { Context } from '../context.ts';
import { ownOrNull, requireOwn } from '../ownership.policy.ts';
import { defaultSettings } from '../review/schedule.ts';
import type { PresetSettings } from './preset.repository.ts';

const maxPresets = 100;
const steps = z.array(z.number().min(0.1).max(1_440)).max(20);

const inputSchema = z.object({
  name: z.string().trim().min(1).max(80),
  desiredRetention: z.number().min(0.7).max(0.97),
  learningStepsMinutes: steps.nullish(),
  relearningStepsMinutes: steps.nullish(),
  maximumIntervalDays: z.int().min(1).max(36_500).nullish(),
  newPerDay: z.int().min(0).max(9_999).nullish(),
  reviewsPerDay: z.int().min(0).max(9_999).nullish(),
  leechThreshold: z.int().min(1).max(99).nullish(),
  fuzz: z.boolean().nullish(),
  easyDays: z.array(z.number().min(0).max(1)).length(7).nullish(),
});

/** What a preset is where nobody said otherwise. */
const standard: PresetSettings = {
  name: 'Standard',
  ...defaultSettings,
  parameters: [...defaultSettings.parameters],
  learningStepsMinutes: [...defaultSettings.learningStepsMinutes],
  relearningStepsMinutes: [...defaultSettings.relearningStepsMinutes],
  easyDays: [...defaultSettings.easyDays],
  newPerDay: 20,
  reviewsPerDay: 200,
  leechThreshold: 8,
};

/** The preset, or null when it does not exist or is not the viewer's. */
export const findPreset = async (context: Context, id: string): Promise<SchedulerPreset | null> =>
  ownOrNull(context.viewer, await context.presets.find(id));

export const getPreset = async (context: Context, id: string): Promise<SchedulerPreset> =>
  requireOwn(context.viewer, await context.presets.find(id), 'SchedulerPreset');

const newPreset = (ownerId: string, settings: PresetSettings, at: Date): SchedulerPreset => ({
  id: newId('SchedulerPreset'),
  ownerId,
  isDefault: false,
  version: 1,
  createdAt: at,
  ...settings,
});

/** The preset of decks that name none; made at its first use, the learner being locked. */
export async function ensureDefaultPreset(context: Context, ownerId: string): Promise<SchedulerPreset> {
  const known = await context.presets.findDefault(ownerId);
  return known ?? context.presets.create({ ...newPreset(ownerId, standard, context.now()), isDefault: true });
}

export interface PresetInput {
  readonly name: string;
  readonly desiredRetention: number;
  readonly learningStepsMinutes?: readonly number[] | null | undefined;
  readonly relearningStepsMinutes?: readonly number[] | null | undefined;
  readonly maximumIntervalDays?: number | null | undefined;
  readonly newPerDay?: number | null | undefined;
  readonly reviewsPerDay?: number | null | undefined;
  readonly leechThreshold?: number | null | undefined;
  readonly fuzz?: boolean | null | undefined;
  readonly easyDays?: readonly number[] | null | undefined;
  readonly expectedVersion?: number | null | undefined;
}

/** What is given over what is there. */
function applyInput(base: PresetSettings, input: z.output<typeof inputSchema>): PresetSettings {
  return {
    name: input.name,
    desiredRetention: input.desiredRetention,
    parameters: base.parameters,
    learningStepsMinutes: input.learningStepsMinutes ?? base.learningStepsMinutes,
    relearningStepsMinutes: input.relearningStepsMinutes ?? base.relearningStepsMinutes,
    maximumIntervalDays: input.maximumIntervalDays ?? base.maximumIntervalDays,
    newPerDay: input.newPerDay ?? base.newPerDay,
    reviewsPerDay: input.reviewsPerDay ?? base.reviewsPerDay,
    leechThreshold: input.leechThreshold ?? base.leechThreshold,
    fuzz: input.fuzz ?? base.fuzz,
    easyDays: input.easyDays ?? base.easyDays,
  };
}

async function createPreset(context: Context, input: z.output<typeof inputSchema>): Promise<SchedulerPreset> {
  const { id: ownerId } = requireViewer(context);
  const used = await context.presets.countOwnedBy(ownerId);
  if (used >= maxPresets) throw quotaExceeded('presets', { limit: maxPresets, used });
  return context.presets.create(newPreset(ownerId, applyInput(standard, input), context.now()));
}

/** Creates a preset, or a new version of one; throws CONFLICT when the version is not the expected one. */
export async function savePreset(
  context: Context,
  { id, input }: { readonly id?: string | null | undefined; readonly input: PresetInput },
): Promise<SchedulerPreset> {
  const parsed = parseInput(inputSchema, 'input', input);
  if (!id) return context.transaction((inner) => createPreset(inner, parsed));
  const { expectedVersion } = input;
  if (expectedVersion === null || expectedVersion === undefined) {
    throw invalidInput(
      ['input', 'expectedVersion'],
      'input.expectedVersion: is wanted with an id',
      'required',
    );
  }
  return context.transaction(async (inner) => {
    const preset = await getPreset(inner, id);
    const change = { settings: applyInput(preset, parsed), at: inner.now() };
    const revised = await inner.presets.revise(id, expectedVersion, change);
    if (revised) return revised;
    throw conflict('The preset has changed in the meantime.', (await getPreset(inner, id)).version);
  });
}
