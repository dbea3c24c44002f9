import { canReach, connectReplicas } from '@studymate/database';
import { connectNotification } from '@studymate/database/notification';
import { connectMailer } from '@studymate/mail';
import { canConnect, createLogger, type RunningServer } from '@studymate/runtime';
import { startOutboxRelay, startSubgraph } from '@studymate/subgraph-kit';
import { readConfig } from './config.ts';
import { createContext } from './context.ts';
import { schema } from './schema.ts';

export { startWorker } from './worker.ts';

/** Starts the notification subgraph: feed, preferences, reminders, devices, templates. */
export async function start(env: NodeJS.ProcessEnv = process.env): Promise<RunningServer> {
  const { port, databaseUrl, redisUrl, settings } = readConfig(env);
  const database = connectNotification(databaseUrl);
  const replicas = connectReplicas({
    domain: 'notification',
    primary: database,
    connect: connectNotification,
    env,
  });
  const mailer = connectMailer(env.SMTP_URL);
  const logger = createLogger('notification-relay', env);
  const relay = startOutboxRelay({ domain: 'notification', database, redisUrl, logger });
  const resources = { mailer, ...settings };
  const server = await startSubgraph({
    name: 'notification',
    schema,
    port,
    env,
    isReady: () => canReach(database),
    providers: { mail: () => canConnect(env.SMTP_URL ?? 'smtp://127.0.0.1:4027') },
    createContext: (scope) =>
      createContext({ database: replicas.forRequest(scope), resources, afterCommit: relay.wake, ...scope }),
  });
  return {
    ...server,
    stop: async () => {
      await server.stop();
      await relay.stop();
      await replicas.stop();
      mailer.close();
      await database.$disconnect();
    },
  };
}
