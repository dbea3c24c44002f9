import type { PresetVersion, SchedulerPreset, StudyDatabase } from '@studymate/database/study';
import { createRowLoader } from '../keyset.ts';

export type PresetSettings = Omit<SchedulerPreset, 'id' | 'ownerId' | 'isDefault' | 'version' | 'createdAt'>;

/** What of a preset a later replay needs. */
const versionOf = (preset: SchedulerPreset, createdAt: Date): PresetVersion => ({
  presetId: preset.id,
  version: preset.version,
  desiredRetention: preset.desiredRetention,
  parameters: preset.parameters,
  learningStepsMinutes: preset.learningStepsMinutes,
  relearningStepsMinutes: preset.relearningStepsMinutes,
  maximumIntervalDays: preset.maximumIntervalDays,
  fuzz: preset.fuzz,
  leechThreshold: preset.leechThreshold,
  easyDays: preset.easyDays,
  createdAt,
});

/** Reads and writes presets and their immutable versions. */
export function createPresetRepository(database: StudyDatabase) {
  const byId = createRowLoader((ids) => database.schedulerPreset.findMany({ where: { id: { in: ids } } }));

  return {
    find: (id: string) => byId.load(id),
    findDefault: (ownerId: string) =>
      database.schedulerPreset.findFirst({ where: { ownerId, isDefault: true } }),
    countOwnedBy: (ownerId: string) => database.schedulerPreset.count({ where: { ownerId } }),
    listVersions: (keys: readonly { presetId: string; version: number }[]): Promise<PresetVersion[]> =>
      keys.length === 0
        ? Promise.resolve([])
        : database.presetVersion.findMany({
            where: { OR: keys.map(({ presetId, version }) => ({ presetId, version })) },
          }),

    create: async (preset: SchedulerPreset): Promise<SchedulerPreset> => {
      const row = await database.schedulerPreset.create({ data: preset });
      await database.presetVersion.create({ data: versionOf(row, row.createdAt) });
      return row;
    },

    /** The row at its next version, or null when the version is no longer the expected one. */
    revise: async (
      id: string,
      expectedVersion: number,
      { settings, at }: { readonly settings: PresetSettings; readonly at: Date },
    ): Promise<SchedulerPreset | null> => {
      const [row] = await database.schedulerPreset.updateManyAndReturn({
        where: { id, version: expectedVersion },
        data: { ...settings, version: { increment: 1 } },
      });
      byId.clear(id);
      if (row) await database.presetVersion.create({ data: versionOf(row, at) });
      return row ?? null;
    },

    /** Makes a version with other parameters, whatever else has changed in the meantime. */
    retrain: async (
      id: string,
      { parameters, at }: { readonly parameters: readonly number[]; readonly at: Date },
    ): Promise<void> => {
      const row = await database.schedulerPreset.update({
        where: { id },
        data: { parameters: [...parameters], version: { increment: 1 } },
      });
      byId.clear(id);
      await database.presetVersion.create({ data: versionOf(row, at) });
    },
  };
}

export type PresetRepository = ReturnType<typeof createPresetRepository>;
