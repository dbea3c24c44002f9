import type { Domain, QueueName } from '@studymate/contracts';
import { queuePrefix } from './connection.ts';

/** The physical queue that carries a domain's jobs of one urgency. */
export const jobQueue = (domain: Domain, queue: QueueName): string => `${domain}.${queue}`;

/** The queue on which a domain hears of others' events. */
export const eventQueue = (domain: Domain): string => `${domain}.events`;

/** Redis channel on which changes of a topic are announced. */
export const changeChannel = (topic: string): string => `${queuePrefix()}:changed:${topic}`;

/** The list on which a domain is told which of its outbox entries were acted on. */
export const acknowledgementList = (domain: Domain): string => `${queuePrefix()}:acknowledged:${domain}`;

/** Stands for as long as Redis remembers what this domain has handed over. */
export const memoryMark = (domain: Domain): string => `${queuePrefix()}:memory:${domain}`;

/** Which delivery of a queue waits for the delivery of that id. */
export const successorKey = (queue: string, id: string): string => `${queuePrefix()}:next:${queue}:${id}`;
