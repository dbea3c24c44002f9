import { isProduction } from '@studymate/runtime';
import { z } from 'zod';

const localSecretKey = 'sk_test_studymate_local';
const localWebhookSecret = 'whsec_studymate_local';

/** Refuses what only a local StudyMate may use. */
const notInProduction = (local: string) => (value: string) => !isProduction() || value !== local;

export const configSchema = z
  .object({
    SUBSCRIPTION_PORT: z.coerce.number().int().min(0).default(4004),
    STRIPE_API_BASE: z.url().default('http://127.0.0.1:4028'),
    STRIPE_SECRET_KEY: z
      .string()
      .min(1)
      .default(localSecretKey)
      .refine(notInProduction(localSecretKey), 'must be set in production'),
    /** One secret, or two separated by a comma while they are rotated. */
    STRIPE_WEBHOOK_SECRET: z
      .string()
      .min(1)
      .default(localWebhookSecret)
      .refine(notInProduction(localWebhookSecret), 'must be set in production'),
    STRIPE_TIMEOUT_MS: z.coerce.number().int().min(1).default(10_000),
    /** Where people land after a payment page; in production also the only origin that the portal returns to. */
    BILLING_RETURN_URL: z.url({ protocol: /^https?$/ }).default('http://127.0.0.1:4000/'),
  })
  .transform((env) => ({
    port: env.SUBSCRIPTION_PORT,
    stripe: {
      apiBase: env.STRIPE_API_BASE,
      secretKey: env.STRIPE_SECRET_KEY,
      timeoutMs: env.STRIPE_TIMEOUT_MS,
    },
    webhookSecrets: env.STRIPE_WEBHOOK_SECRET.split(',').map((secret) => secret.trim()),
    returnUrl: env.BILLING_RETURN_URL,
  }));
