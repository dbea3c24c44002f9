import { domainPorts } from '@studymate/contracts';
import { z } from 'zod';

export const configSchema = z
  .object({ STUDY_PORT: z.coerce.number().int().min(0).max(65_535).default(domainPorts.study) })
  .transform((env) => ({ port: env.STUDY_PORT }));
