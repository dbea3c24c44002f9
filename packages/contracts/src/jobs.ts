import { z } from 'zod';

const id = z.string().min(1);

/**
 * Every background job, by the queue that carries it. Producers and workers read the same payload
 * schema. Payloads only grow by optional fields; ids travel, rows do not.
 */
export const queues = {
  'high-priority': {
    sendNotification: z.object({ deliveryId: id }),
    sendAccountMail: z.object({ mailId: id }),
    processPayment: z.object({ eventId: id }),
    closeAttempt: z.object({ attemptId: id }),
  },
  default: {
    generateAiSummary: z.object({ generationId: id }),
    assembleDataExport: z.object({ exportId: id }),
    importQuestions: z.object({ importId: id }),
    countAttempt: z.object({ attemptId: id }),
    ingestMaterial: z.object({ materialId: id, revision: z.int().positive() }),
    optimizePreset: z.object({ optimizationId: id }),
    importDeck: z.object({ importId: id }),
    /** Of one user, or without `userId` of all who were active of late, a page of them after `after`. */
    updateUserStats: z.object({ userId: id.optional(), after: id.optional() }),
  },
  'low-priority': {
    /** Of one subject, or without `subjectId` of all that were practised of late. */
    calibrateQuestions: z.object({ subjectId: id.optional() }),
    cleanupOldData: z.object({ domain: z.string() }),
    generateReports: z.object({ period: z.enum(['DAY', 'WEEK']) }),
    /** One page of a broadcast; `after` is the last user id of the page before. */
    sendBroadcast: z.object({ broadcastId: id, after: id.optional() }),
  },
} satisfies Record<string, Record<string, z.ZodType>>;

export type QueueName = keyof typeof queues;
export type JobName = { [Q in QueueName]: keyof (typeof queues)[Q] }[QueueName] & string;

type PayloadSchemas = { [Q in QueueName]: (typeof queues)[Q] }[QueueName];
type SchemaOf<J extends JobName> = Extract<PayloadSchemas, Record<J, z.ZodType>>[J];
export type JobPayload<J extends JobName> = z.output<SchemaOf<J>>;

/** Which domain's worker does each job: every job has exactly one home. */
export const jobOwners = {
  sendNotification: 'notification',
  sendAccountMail: 'auth',
  processPayment: 'subscription',
  closeAttempt: 'quiz',
  assembleDataExport: 'auth',
  countAttempt: 'quiz',
  calibrateQuestions: 'quiz',
  generateAiSummary: 'ai',
  importQuestions: 'quiz',
  ingestMaterial: 'study',
  optimizePreset: 'study',
  importDeck: 'study',
  updateUserStats: 'study',
  cleanupOldData: 'study',
  generateReports: 'notification',
  sendBroadcast: 'notification',
} as const satisfies Record<JobName, string>;

type OwnedBy<D extends string> = { [J in JobName]: (typeof jobOwners)[J] extends D ? J : never }[JobName];

/** One handler per job that the domain owns; leaving one out does not compile. */
export type JobHandlers<D extends string, C> = {
  [J in OwnedBy<D>]: (context: C, payload: JobPayload<J>) => Promise<void>;
};

/** The queue that carries a job. */
export function queueOf(job: JobName): QueueName {
  for (const queue of Object.keys(queues) as QueueName[]) {
    if (job in queues[queue]) return queue;
  }
  throw new Error(`No queue carries ${job}`);
}

/** When a job is due by the wall clock. */
export interface Timing {
  /** Minutes after midnight. */
  readonly atMinute: number;
  /** 1 is Monday; every day without it. */
  readonly weekday?: number;
}

interface JobSink {
  enqueue<J extends JobName>(name: J, payload: JobPayload<J>): Promise<void>;
}

const scheduled = <J extends JobName>(job: J, payload: JobPayload<J>, timing: Timing) => ({
  job,
  timing,
  enqueueOn: (jobs: JobSink) => jobs.enqueue(job, payload),
});

/** The jobs that are due by the wall clock of the zone SCHEDULE_TIME_ZONE. */
export const schedules = {
  dailyStats: scheduled('updateUserStats', {}, { atMinute: 2 * 60 }),
  nightlyCalibration: scheduled('calibrateQuestions', {}, { atMinute: 3 * 60 + 30 }),
  weeklyReports: scheduled('generateReports', { period: 'WEEK' }, { atMinute: 3 * 60, weekday: 1 }),
};
