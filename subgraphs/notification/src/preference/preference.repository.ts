import type { NotificationDatabase, Preferences } from '@studymate/database/notification';
import type { ChannelChoice } from './channel-default.ts';
import type { QuietHours } from './quiet-hours.ts';

/** Null quiet hours: no window. `undefined`: leave it as it is. */
export interface PreferencesChange {
  readonly quietHours?: QuietHours | null;
  readonly choices: readonly ChannelChoice[];
}

const columnsOf = (quietHours: QuietHours | null) => ({
  quietStart: quietHours?.start ?? null,
  quietEnd: quietHours?.end ?? null,
  quietExcept: [...(quietHours?.exceptCategories ?? [])],
});

/** A learner's own settings; a learner who never changed any has none. */
export function createPreferenceRepository(database: NotificationDatabase) {
  return {
    find: (userId: string): Promise<Preferences | null> =>
      database.preferences.findUnique({ where: { userId } }),
    choicesOf: (userId: string): Promise<ChannelChoice[]> =>
      database.channelChoice.findMany({
        where: { userId },
        select: { category: true, channel: true, enabled: true },
      }),
    /** Takes the next version in one statement; false when somebody else took it first. */
    async advance(userId: string, expectedVersion: number): Promise<boolean> {
      if (expectedVersion === 0) {
        const fresh = { userId, version: 1, quietExcept: [] };
        const { count } = await database.preferences.createMany({ data: fresh, skipDuplicates: true });
        return count === 1;
      }
      const { count } = await database.preferences.updateMany({
        where: { userId, version: expectedVersion },
        data: { version: { increment: 1 } },
      });
      return count === 1;
    },
    /** Writes what the change names; the caller has advanced the version. */
    async write(userId: string, { quietHours, choices }: PreferencesChange): Promise<void> {
      if (quietHours !== undefined)
        await database.preferences.update({ where: { userId }, data: columnsOf(quietHours) });
      for (const { category, channel, enabled } of choices) {
        await database.channelChoice.upsert({
          where: { userId_category_channel: { userId, category, channel } },
          create: { userId, category, channel, enabled },
          update: { enabled },
        });
      }
    },
  };
}

export type PreferenceRepository = ReturnType<typeof createPreferenceRepository>;
