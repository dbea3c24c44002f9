import { z } from 'zod';

export const configSchema = z
  .object({ PERSONALIZATION_PORT: z.coerce.number().int().min(0).default(4007) })
  .transform((env) => ({ port: env.PERSONALIZATION_PORT }));
