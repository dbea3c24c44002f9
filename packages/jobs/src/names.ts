import type { Domain, QueueName } from '@studymate/contracts';
import { queuePrefix } from './connection.ts';

/** The physical queue that carries a domain's jobs of one urgency. */
export const jobQueue = (domain: Domain, queue: QueueName): string => `${domain}.${queue}`;

/** The queue on which a domain hears of others' events. */
export const eventQueue = (domain: Domain): string => `${domain}.events`;

/** Redis channel on which changes of a topic are announced. */
export const changeChannel = (topic: string): string => `${queuePrefix()}:changed:${topic}`;
