import { readTogether } from '@studymate/database';
import type { StudyDatabase } from '@studymate/database/study';
import { createPersonalData, type PersonalData } from '@studymate/privacy';
import type { ObjectStore } from '@studymate/storage';
import { contextFactory, type SubgraphContext } from '@studymate/subgraph-kit';
import { type ActivityRepository, createActivityRepository } from './activity/activity.repository.ts';
import { type CardRepository, createCardRepository } from './card/card.repository.ts';
import { createDeckRepository, type DeckRepository } from './deck/deck.repository.ts';
import {
  createDeckImportRepository,
  type DeckImportRepository,
} from './deck-import/deck-import.repository.ts';
import { createGoalRepository, type GoalRepository } from './goal/goal.repository.ts';
import {
  createMaintenanceRepository,
  type MaintenanceRepository,
} from './maintenance/maintenance.repository.ts';
import type { PageFetcher } from './material/fetch/page-fetcher.ts';
import { createMaterialRepository, type MaterialRepository } from './material/material.repository.ts';
import { createUploadRepository, type UploadRepository } from './material/upload.repository.ts';
import {
  createOptimizationRepository,
  type OptimizationRepository,
} from './preset/optimization.repository.ts';
import { createPresetRepository, type PresetRepository } from './preset/preset.repository.ts';
import { createWorkloadRepository, type WorkloadRepository } from './preset/workload.repository.ts';
import { personalTables } from './privacy/personal-tables.ts';
import { createQueueRepository, type QueueRepository } from './review/queue.repository.ts';
import { createReviewRepository, type ReviewRepository } from './review/review.repository.ts';
import { createSessionRepository, type SessionRepository } from './session/session.repository.ts';
import { createSkillRepository, type SkillRepository } from './skill/skill.repository.ts';
import { createStreakRepository, type StreakRepository } from './streak/streak.repository.ts';
import { createSubjectRepository, type SubjectRepository } from './subject/subject.repository.ts';
import { createSummaryRepository, type SummaryRepository } from './summary/summary.repository.ts';
import { createLearnerRepository, type LearnerRepository } from './user/learner.repository.ts';
import { createOutcomeRepository, type OutcomeRepository } from './user/outcome.repository.ts';

export interface Resources {
  readonly objects: ObjectStore;
  readonly fetchPage: PageFetcher;
}

/** Everything one request may touch. Built once per request, passed first to every service. */
export interface Context extends SubgraphContext<Context>, Resources {
  readonly activity: ActivityRepository;
  readonly cards: CardRepository;
  readonly deckImports: DeckImportRepository;
  readonly decks: DeckRepository;
  readonly goals: GoalRepository;
  readonly learners: LearnerRepository;
  readonly maintenance: MaintenanceRepository;
  readonly materials: MaterialRepository;
  readonly optimizations: OptimizationRepository;
  readonly outcomes: OutcomeRepository;
  readonly personalData: PersonalData;
  readonly presets: PresetRepository;
  readonly queue: QueueRepository;
  readonly reviews: ReviewRepository;
  readonly sessions: SessionRepository;
  readonly skills: SkillRepository;
  readonly streaks: StreakRepository;
  readonly subjects: SubjectRepository;
  readonly summaries: SummaryRepository;
  readonly uploads: UploadRepository;
  readonly workload: WorkloadRepository;
}

export const createContext = contextFactory<StudyDatabase, Resources, Context>(
  (database, base, resources) => {
    const read = readTogether(database);
    return {
      ...base,
      ...resources,
      activity: createActivityRepository(database, read),
      cards: createCardRepository(database, read),
      deckImports: createDeckImportRepository(database),
      decks: createDeckRepository(database),
      goals: createGoalRepository(database),
      learners: createLearnerRepository(database),
      maintenance: createMaintenanceRepository(database),
      materials: createMaterialRepository(database),
      optimizations: createOptimizationRepository(database),
      outcomes: createOutcomeRepository(database),
      personalData: createPersonalData(database, personalTables),
      presets: createPresetRepository(database),
      queue: createQueueRepository(database),
      reviews: createReviewRepository(database),
      sessions: createSessionRepository(database, read),
      skills: createSkillRepository(database),
      streaks: createStreakRepository(database, read),
      subjects: createSubjectRepository(database),
      summaries: createSummaryRepository(database),
      uploads: createUploadRepository(database),
      workload: createWorkloadRepository(database),
    };
  },
);
