import { z } from 'zod';

export const configSchema = z
  .object({ RELAY_PORT: z.coerce.number().int().min(0).default(4008) })
  .transform((env) => ({ port: env.RELAY_PORT }));
