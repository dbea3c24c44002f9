import { domainPorts } from '@studymate/contracts';
import { databaseUrlOf, readEnv, readSecret, redisUrlOf } from '@studymate/runtime';
import { z } from 'zod';

const environment = z.object({
  NOTIFICATION_PORT: z.coerce.number().int().min(0).max(65_535).default(domainPorts.notification),
  /** The page that a mail's unsubscribe link opens, with `?token=`; mails name the bare token without it. */
  NOTIFICATION_UNSUBSCRIBE_URL: z.url().optional(),
  /** How long a worker may take over one mail before another tries; above the mailer's time-outs. */
  NOTIFICATION_LEASE_MS: z.coerce.number().int().min(1_000).default(60_000),
});

/** What the environment says, defaults filled in. */
export function readConfig(env: NodeJS.ProcessEnv = process.env) {
  const { NOTIFICATION_PORT, NOTIFICATION_UNSUBSCRIBE_URL, NOTIFICATION_LEASE_MS } = readEnv(
    environment,
    env,
  );
  return {
    port: NOTIFICATION_PORT,
    databaseUrl: databaseUrlOf('notification', env),
    redisUrl: redisUrlOf(env),
    /** What the context needs of it. */
    settings: {
      leaseMs: NOTIFICATION_LEASE_MS,
      unsubscribePage: NOTIFICATION_UNSUBSCRIBE_URL ?? null,
      unsubscribeSecret: readSecret('NOTIFICATION_UNSUBSCRIBE_SECRET', env),
    },
  };
}
