import { type Domain, type JobName, jobOwners, queueOf } from '@studymate/contracts';
import { Queue } from 'bullmq';
import { connectQueueRedis, queuePrefix } from './connection.ts';
import { eventQueue, jobQueue } from './names.ts';

const queuesOf = (domain: Domain): string[] => {
  const jobs = Object.entries(jobOwners).filter(([, owner]) => owner === domain);
  return [
    ...new Set([eventQueue(domain), ...jobs.map(([job]) => jobQueue(domain, queueOf(job as JobName)))]),
  ];
};

/** Takes out of a domain's queues whatever names the text and is not being worked on: dead letters, what waits, what is put off. */
export async function forgetMentions({
  domain,
  redisUrl,
  text,
}: {
  readonly domain: Domain;
  readonly redisUrl: string;
  readonly text: string;
}): Promise<void> {
  const connection = connectQueueRedis(redisUrl, 'worker');
  connection.on('error', () => undefined);
  try {
    for (const name of queuesOf(domain)) {
      const queue = new Queue(name, { connection, prefix: queuePrefix(), skipVersionCheck: true });
      const jobs = await queue.getJobs(['failed', 'delayed', 'waiting', 'prioritized']);
      const named = jobs.filter((job) => job && JSON.stringify(job.data).includes(text));
      await Promise.all(named.map((job) => job.remove()));
      await queue.close();
    }
  } finally {
    connection.disconnect();
  }
}
