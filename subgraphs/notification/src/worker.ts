import type { JobHandlers } from '@studymate/contracts';
import { connectNotification } from '@studymate/database/notification';
import { connectMailer } from '@studymate/mail';
import { privacyEvents } from '@studymate/privacy';
import { processClock } from '@studymate/runtime';
import { connectObjectStore } from '@studymate/storage';
import { type Sweep, startDomainWorker } from '@studymate/subgraph-kit';
import { sendBroadcastPage } from './broadcast/broadcast.service.ts';
import { readConfig } from './config.ts';
import { type Context, createContext } from './context.ts';
import { dispatchDelivery, dispatchDue } from './delivery/dispatch.service.ts';
import { notificationEvents } from './notification/notification.events.ts';
import { ringDueReminders } from './reminder/reminder.service.ts';
import { sendDueReports } from './report/report.service.ts';

export const notificationJobs = {
  sendNotification: (context, { deliveryId }) => dispatchDelivery(context, deliveryId),
  generateReports: (context) => sendDueReports(context),
  sendBroadcast: sendBroadcastPage,
} satisfies JobHandlers<'notification', Context>;

/** What is due by the clock. The delivery sweep also finds what a lost job or a dead worker left behind. */
const sweeps: Sweep<Context>[] = [
  { name: 'dispatchDue', everyMs: 2_000, run: dispatchDue },
  { name: 'ringDueReminders', everyMs: 5_000, run: ringDueReminders },
  { name: 'sendDueReports', everyMs: 60_000, run: sendDueReports },
];

/** Starts the worker: hears other domains' events, sends mails, rings reminders. */
export async function startWorker(env: NodeJS.ProcessEnv = process.env): Promise<{ stop(): Promise<void> }> {
  const { databaseUrl, redisUrl, settings } = readConfig(env);
  const database = connectNotification(databaseUrl);
  const mailer = connectMailer(env.SMTP_URL);
  const resources = { mailer, ...settings };
  const privacy = { domain: 'notification', objects: connectObjectStore(env), redisUrl } as const;
  const now = processClock(env);
  const worker = await startDomainWorker({
    domain: 'notification',
    database,
    redisUrl,
    createContext: (afterCommit) => createContext({ database, resources, viewer: null, now, afterCommit }),
    jobs: notificationJobs,
    events: { ...notificationEvents, ...privacyEvents<Context>(privacy) },
    sweeps,
  });
  return {
    stop: async () => {
      await worker.stop();
      mailer.close();
      await database.$disconnect();
    },
  };
}
