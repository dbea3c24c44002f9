import { connectAuth } from '@studymate/database/auth';
import { connectMailer } from '@studymate/mail';
import { startDomainWorker } from '@studymate/subgraph-kit';
import { createCheckpointSweep } from './audit/checkpoint.sweep.ts';
import { forgetAvatarUploads } from './avatar/avatar.service.ts';
import { readUrls } from './config.ts';
import { createContext } from './context.ts';
import { assembleDataExport, expireDataExports } from './data-export/assemble.ts';
import { advanceErasures } from './erasure/erasure.saga.ts';
import { authEvents } from './events.ts';
import { accountMailJobs } from './mail/account-mail.jobs.ts';
import { connectRedis } from './redis.ts';
import { createResources } from './resources.ts';
import { countActiveUsers } from './session/active-users.sweep.ts';
import { announceRecentRevocations } from './session/revocation.sweep.ts';
import { deleteStale } from './stale-rows.sweep.ts';

const minuteMs = 60_000;

/** Starts what auth does without being asked: its mails, its outbox, its keys' rotation, its sweeps. */
export async function startWorker(env: NodeJS.ProcessEnv = process.env): Promise<{ stop(): Promise<void> }> {
  const urls = readUrls(env);
  const database = connectAuth(urls.database);
  const redis = connectRedis(urls.redis);
  await redis.connect().catch(() => undefined);
  const mailer = connectMailer(env.SMTP_URL);
  const resources = createResources({ database, redis, mailer }, env);

  const worker = await startDomainWorker({
    domain: 'auth',
    database,
    redisUrl: urls.redis,
    createContext: (afterCommit) => createContext({ database, resources, viewer: null, afterCommit }),
    jobs: { ...accountMailJobs, assembleDataExport },
    events: authEvents,
    sweeps: [
      { name: 'announceRevocations', everyMs: 5_000, run: announceRecentRevocations },
      { name: 'advanceErasures', everyMs: 2_000, run: advanceErasures },
      { name: 'vouchForAuditLog', everyMs: 5_000, run: createCheckpointSweep() },
      { name: 'expireDataExports', everyMs: minuteMs, run: expireDataExports },
      { name: 'forgetAvatarUploads', everyMs: 60 * minuteMs, run: forgetAvatarUploads },
      { name: 'countActiveUsers', everyMs: 15_000, run: countActiveUsers },
      { name: 'deleteStale', everyMs: 60 * minuteMs, run: deleteStale },
      {
        name: 'rotateSigningKeys',
        everyMs: 10 * minuteMs,
        run: async (context) => {
          await context.signingKeys.rotateWhenDue(context.now());
        },
      },
    ],
  });
  return {
    stop: async () => {
      await worker.stop();
      mailer.close();
      redis.disconnect();
      await database.$disconnect();
    },
  };
}
