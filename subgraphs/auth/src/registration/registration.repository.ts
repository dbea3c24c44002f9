import type { AuthDatabase, Registration } from '@studymate/database/auth';

export type RegistrationRepository = ReturnType<typeof createRegistrationRepository>;

export type NewRegistration = Omit<Registration, 'completedAt'>;

/** Reads and writes registrations that wait for their address to be verified. */
export function createRegistrationRepository(database: AuthDatabase) {
  return {
    find: (id: string): Promise<Registration | null> => database.registration.findUnique({ where: { id } }),
    create: (registration: NewRegistration): Promise<Registration> =>
      database.registration.create({ data: registration }),
    /** The youngest that still waits at the address. */
    findWaiting: (email: string, at: Date): Promise<Registration | null> =>
      database.registration.findFirst({
        where: { email, completedAt: null, expiresAt: { gt: at } },
        orderBy: { createdAt: 'desc' },
      }),
    /** Every registration of the address is settled by the one that was verified. */
    completeAllOf: (email: string, completedAt: Date) =>
      database.registration.updateMany({ where: { email, completedAt: null }, data: { completedAt } }),
    deleteExpired: (before: Date) =>
      database.registration.deleteMany({ where: { expiresAt: { lt: before } } }),
  };
}
