import type { AiDatabase } from '@studymate/database/ai';
import { createPersonalData, type PersonalData } from '@studymate/privacy';
import { contextFactory, type SubgraphContext } from '@studymate/subgraph-kit';
import {
  type CachedOutputRepository,
  createCachedOutputRepository,
} from './cache/cached-output.repository.ts';
import { type BalanceRepository, createBalanceRepository } from './credit/balance.repository.ts';
import { type AttemptRepository, createAttemptRepository } from './generation/attempt.repository.ts';
import { createGenerationRepository, type GenerationRepository } from './generation/generation.repository.ts';
import { createMaterialRepository, type MaterialRepository } from './material/material.repository.ts';
import { type CircuitRepository, createCircuitRepository } from './model/circuit.repository.ts';
import type { Model } from './model/model.ts';
import { personalTables } from './privacy/personal-tables.ts';
import { createUsageRepository, type UsageRepository } from './usage/usage.repository.ts';

/** What is configured once per process. */
export interface Resources {
  /** The models that may serve, in the order in which they are tried; the embedded one is the last. */
  readonly models: readonly Model[];
}

/** Everything one request, event or job may touch. */
export interface Context extends SubgraphContext<Context>, Resources {
  readonly generations: GenerationRepository;
  readonly attempts: AttemptRepository;
  readonly materials: MaterialRepository;
  readonly balances: BalanceRepository;
  readonly cachedOutputs: CachedOutputRepository;
  readonly circuits: CircuitRepository;
  readonly usage: UsageRepository;
  readonly personalData: PersonalData;
}

export const createContext = contextFactory<AiDatabase, Resources, Context>((database, base, resources) => ({
  ...base,
  ...resources,
  generations: createGenerationRepository(database),
  attempts: createAttemptRepository(database),
  materials: createMaterialRepository(database),
  balances: createBalanceRepository(database),
  cachedOutputs: createCachedOutputRepository(database),
  circuits: createCircuitRepository(database),
  usage: createUsageRepository(database),
  personalData: createPersonalData(database, personalTables),
}));
