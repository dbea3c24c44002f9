import type { AiDatabase, CircuitState } from '@studymate/database/ai';

export interface RecentCalls {
  readonly provider: string;
  readonly model: string;
  readonly calls: number;
  readonly failures: number;
  readonly p50: number | null;
  readonly p95: number | null;
}

/** How the models are doing, as the workers that call them saw it. */
export function createCircuitRepository(database: AiDatabase) {
  return {
    list: () => database.providerCircuit.findMany(),
    save: async (circuit: {
      provider: string;
      model: string;
      state: CircuitState;
      openUntil: Date | null;
      changedAt: Date;
    }): Promise<void> => {
      const { provider, model } = circuit;
      await database.providerCircuit.upsert({
        where: { provider_model: { provider, model } },
        create: circuit,
        update: circuit,
      });
    },
    /** Calls since an instant by model; those that an open circuit kept back are not calls. */
    callsSince: (since: Date) => database.$queryRaw<RecentCalls[]>`
      select "provider", "model", count(*)::int as "calls",
        count(*) filter (where "outcome" not in ('OK', 'CANCELED', 'REFUSED'))::int as "failures",
        percentile_disc(0.5) within group (order by "latencyMs") as "p50",
        percentile_disc(0.95) within group (order by "latencyMs") as "p95"
      from "ProviderAttempt"
      where "startedAt" >= ${since} and "outcome" <> 'CIRCUIT_OPEN'
      group by "provider", "model"`,
  };
}

export type CircuitRepository = ReturnType<typeof createCircuitRepository>;
