import { isProduction, readEnv } from '@studymate/runtime';
import { z } from 'zod';

const environment = z.object({
  SMTP_URL: z
    .string()
    .regex(/^smtps?:\/\/.+/, 'must start with smtp:// or smtps://')
    .optional(),
  SMTP_PORT: z.coerce.number().int().min(1).max(65_535).default(4027),
  MAIL_FROM: z.string().min(3).default('StudyMate <no-reply@studymate.local>'),
});

/** SMTP_URL and MAIL_FROM; outside production the embedded mail sink stands in. */
export function readMailSettings(env: NodeJS.ProcessEnv = process.env): { url: string; from: string } {
  const { SMTP_URL, SMTP_PORT, MAIL_FROM } = readEnv(environment, env);
  if (isProduction(env) && SMTP_URL === undefined) throw new Error('SMTP_URL must be set in production.');
  return { url: SMTP_URL ?? `smtp://127.0.0.1:${SMTP_PORT}`, from: MAIL_FROM };
}
