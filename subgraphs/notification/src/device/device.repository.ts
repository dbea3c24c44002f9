import { newId } from '@studymate/contracts';
import type { DeviceToken, NotificationDatabase } from '@studymate/database/notification';

/** A device as it asks to be registered. */
export type DeviceRegistration = Pick<DeviceToken, 'userId' | 'platform' | 'token' | 'label' | 'lastSeenAt'>;

export function createDeviceRepository(database: NotificationDatabase) {
  return {
    find: (id: string): Promise<DeviceToken | null> => database.deviceToken.findUnique({ where: { id } }),
    ofUser: (userId: string, take: number): Promise<DeviceToken[]> =>
      database.deviceToken.findMany({
        where: { userId },
        orderBy: [{ lastSeenAt: 'desc' }, { id: 'desc' }],
        take,
      }),
    /** Keeps the token for this user alone, whoever had it before: under a new id when the owner changes. */
    async register(device: DeviceRegistration): Promise<DeviceToken> {
      await database.deviceToken.deleteMany({
        where: { token: device.token, userId: { not: device.userId } },
      });
      return database.deviceToken.upsert({
        where: { token: device.token },
        create: { ...device, id: newId('DeviceToken') },
        update: { ...device, disabledAt: null },
      });
    },
    delete: async (id: string): Promise<void> => {
      await database.deviceToken.deleteMany({ where: { id } });
    },
    /** Drops the devices that were seen longest ago, beyond those to keep. */
    async prune(userId: string, keep: number): Promise<void> {
      const rows = await database.deviceToken.findMany({
        where: { userId },
        orderBy: [{ lastSeenAt: 'desc' }, { id: 'desc' }],
        select: { id: true },
        skip: keep,
      });
      if (rows.length > 0)
        await database.deviceToken.deleteMany({ where: { id: { in: rows.map(({ id }) => id) } } });
    },
  };
}

export type DeviceRepository = ReturnType<typeof createDeviceRepository>;
