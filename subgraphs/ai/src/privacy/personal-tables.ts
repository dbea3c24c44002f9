import type { DomainTables } from '@studymate/privacy';

/** Every table of ai. A new table that stands in neither list fails the test beside. */
export const personalTables = {
  personal: {
    MaterialSource: { by: 'ownerId' },
    CreditBalance: { by: 'userId' },
    Generation: { by: 'userId', objects: ['outputKey'] },
    ProviderAttempt: { through: 'Generation', column: 'generationId' },
    CachedOutput: { through: 'Generation', column: 'makerId', objects: ['outputKey'] },
  },
  impersonal: {
    ProviderCircuit: 'how the vendors are doing',
  },
} as const satisfies DomainTables;
