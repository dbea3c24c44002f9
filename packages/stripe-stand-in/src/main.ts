import { z } from 'zod';
import { startStripeStandIn } from './index.ts';

const { data, error } = z
  .object({
    STRIPE_STAND_IN_PORT: z.coerce.number().int().default(4028),
    STRIPE_STAND_IN_DATA_FILE: z.string().optional(),
    STRIPE_STAND_IN_WEBHOOK_URL: z.url().default('http://127.0.0.1:4000/webhooks/stripe'),
    STRIPE_WEBHOOK_SECRET: z.string().default('whsec_studymate_local'),
  })
  .safeParse(process.env);
if (error) throw new Error(`Environment is not usable:\n${z.prettifyError(error)}`);

const standIn = await startStripeStandIn({
  port: data.STRIPE_STAND_IN_PORT,
  webhookUrl: data.STRIPE_STAND_IN_WEBHOOK_URL,
  webhookSecret: data.STRIPE_WEBHOOK_SECRET.split(',')[0] ?? '',
  ...(data.STRIPE_STAND_IN_DATA_FILE ? { dataFile: data.STRIPE_STAND_IN_DATA_FILE } : {}),
});
process.stdout.write(`stripe stand-in at ${standIn.url}\n`);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void standIn.stop());
