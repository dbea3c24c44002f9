import type { AiDatabase, CachedOutput, GenerationKind } from '@studymate/database/ai';

export interface OutputClaim {
  readonly key: string;
  readonly kind: GenerationKind;
  readonly makerId: string;
  readonly now: Date;
  readonly leaseMs: number;
}

export type ClaimedOutput =
  | { readonly status: 'READY'; readonly output: CachedOutput & { readonly outputKey: string } }
  /** Nobody has it and nobody is making it: the caller is to make it until the lease ends. */
  | { readonly status: 'OURS' }
  | { readonly status: 'BUSY'; readonly until: Date };

/** Outputs that were made before, and who is making one now. One key has one maker at a time (single flight). */
export function createCachedOutputRepository(database: AiDatabase) {
  return {
    /** Answers what is there, or takes the key on a lease. An expired lease is taken over. */
    async claim({ key, kind, makerId, now, leaseMs }: OutputClaim): Promise<ClaimedOutput> {
      const leaseUntil = new Date(now.getTime() + leaseMs);
      const taken = await database.$executeRaw`
        insert into "CachedOutput" ("key", "kind", "makerId", "leaseUntil", "createdAt")
        values (${key}, ${kind}::"GenerationKind", ${makerId}, ${leaseUntil}, ${now})
        on conflict ("key") do update set "makerId" = excluded."makerId", "leaseUntil" = excluded."leaseUntil"
        where "CachedOutput"."outputKey" is null and "CachedOutput"."leaseUntil" <= ${now}`;
      if (taken === 1) return { status: 'OURS' };
      const output = await database.cachedOutput.findUniqueOrThrow({ where: { key } });
      const { outputKey } = output;
      return outputKey === null
        ? { status: 'BUSY', until: output.leaseUntil }
        : { status: 'READY', output: { ...output, outputKey } };
    },
    settle: async (key: string, values: { outputKey: string; quality: object }): Promise<void> => {
      await database.cachedOutput.update({ where: { key }, data: values });
    },
    touch: async (key: string, usedAt: Date): Promise<void> => {
      await database.cachedOutput.updateMany({ where: { key }, data: { usedAt } });
    },
    /** Gives the key back, so that another may try. */
    release: async (key: string, makerId: string): Promise<void> => {
      await database.cachedOutput.deleteMany({ where: { key, makerId, outputKey: null } });
    },
    /** Forgets what nobody has asked for since an instant; who had it made keeps it. */
    forgetUnusedSince: async (before: Date): Promise<void> => {
      await database.cachedOutput.deleteMany({
        where: { createdAt: { lt: before }, OR: [{ usedAt: null }, { usedAt: { lt: before } }] },
      });
    },
    /** Forgets an output whose object is gone. */
    forget: async (key: string): Promise<void> => {
      await database.cachedOutput.deleteMany({ where: { key } });
    },
  };
}

export type CachedOutputRepository = ReturnType<typeof createCachedOutputRepository>;
