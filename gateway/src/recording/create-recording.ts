import type { Clock, Logger } from '@studymate/runtime';
import type { Config } from '../config.ts';
import type { OperationRegistry } from '../operations/operation-registry.ts';
import { createRecorder, type Recorder } from './recorder.ts';
import { createTrafficStore, type TrafficStore } from './traffic-store.ts';

/** The traffic that the configuration's gateways record; null when they record none, or have no Redis for it. */
export function trafficStoreOf(config: Config, now: Clock): TrafficStore | null {
  const { redisUrl, environment, operations } = config;
  if (operations.recordTraffic === false || redisUrl === null) return null;
  const { keepDays, perDay } = operations.recordTraffic;
  const prefix = environment.QUEUE_PREFIX ?? 'studymate';
  return createTrafficStore({ url: redisUrl, prefix, keepDays, perDay, now });
}

export interface RecordingOptions {
  readonly registry: () => OperationRegistry;
  readonly logger: Logger;
  readonly now: Clock;
}

/** Null when nothing is recorded. */
export function createRecording(
  config: Config,
  { registry, logger, now }: RecordingOptions,
): Recorder | null {
  const { recordTraffic } = config.operations;
  const store = trafficStoreOf(config, now);
  if (recordTraffic === false) return null;
  if (store === null) {
    logger.warn('traffic is not recorded: there is no REDIS_URL');
    return null;
  }
  const isRegistered = (canonical: string) =>
    registry()
      .availableTo(null)
      .some((client) => client.findByText(canonical) !== null);
  return createRecorder({ store, sample: recordTraffic.sample, isRegistered, logger, now });
}
