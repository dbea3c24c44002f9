import { domainPorts } from '@studymate/contracts';
import { databaseUrlOf, readEnv, readSecret, redisUrlOf } from '@studymate/runtime';
import { z } from 'zod';

const environment = z.object({
  NOTIFICATION_PORT: z.coerce.number().int().min(0).max(65_535).default(domainPorts.notification),
  /** The page that a mail's unsubscribe link opens, with `?token=`; mails name the bare token without it. */
  NOTIFICATION_UNSUBSCRIBE_URL: z.url().optional(),
});

/** What the environment says, defaults filled in. */
export function readConfig(env: NodeJS.ProcessEnv = process.env) {
  const { NOTIFICATION_PORT, NOTIFICATION_UNSUBSCRIBE_URL } = readEnv(environment, env);
  return {
    port: NOTIFICATION_PORT,
    databaseUrl: databaseUrlOf('notification', env),
    redisUrl: redisUrlOf(env),
    unsubscribePage: NOTIFICATION_UNSUBSCRIBE_URL ?? null,
    unsubscribeSecret: readSecret('NOTIFICATION_UNSUBSCRIBE_SECRET', env),
  };
}
