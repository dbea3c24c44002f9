import { readTogether } from '@studymate/database';
import type { PersonalizationDatabase } from '@studymate/database/personalization';
import { createPersonalData, type PersonalData } from '@studymate/privacy';
import { contextFactory, type SubgraphContext } from '@studymate/subgraph-kit';
import { type CatalogRepository, createCatalogRepository } from './catalog/catalog.repository.ts';
import { createProjectionRepository, type ProjectionRepository } from './catalog/projection.repository.ts';
import { createLearnerRepository, type LearnerRepository } from './learner/learner.repository.ts';
import { createMasteryRepository, type MasteryRepository } from './mastery/mastery.repository.ts';
import { personalTables } from './privacy/personal-tables.ts';
import {
  createRecommendationRepository,
  type RecommendationRepository,
} from './recommendation/recommendation.repository.ts';

/** Everything one request may touch. Built once per request, passed first to every service. */
export interface Context extends SubgraphContext<Context> {
  readonly learners: LearnerRepository;
  readonly catalog: CatalogRepository;
  readonly projections: ProjectionRepository;
  readonly mastery: MasteryRepository;
  readonly recommendations: RecommendationRepository;
  readonly personalData: PersonalData;
}

export const createContext = contextFactory<PersonalizationDatabase, object, Context>((database, base) => {
  const read = readTogether(database);
  return {
    ...base,
    learners: createLearnerRepository(database, read),
    catalog: createCatalogRepository(read),
    projections: createProjectionRepository(database),
    mastery: createMasteryRepository(database, read),
    recommendations: createRecommendationRepository(database, read),
    personalData: createPersonalData(database, personalTables),
  };
});
