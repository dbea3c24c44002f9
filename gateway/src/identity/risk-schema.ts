import { z } from 'zod';
import { upstreamSchema } from '../upstream.ts';

/** Has the requests of people signed in assessed by how much they look like them. */
export const riskSchema = z.strictObject({
  /** Who assesses them. */
  assess: upstreamSchema,
  /** Mutations that take more than the rest: whatever is in doubt, they wait for a second factor. */
  sensitive: z.array(z.string()).default([]),
  /** Mutations that are never held up: those by which a proof is given, or a session is ended. */
  open: z.array(z.string()).default([]),
  /** How long a request that is not sensitive waits for a verdict; then it goes on without. */
  patienceMs: z.int().positive().default(300),
  /** A verdict this old is asked for again, while requests go on. */
  refreshMs: z.int().positive().default(15_000),
  /** A verdict this old is none. */
  trustMs: z.int().positive().default(60_000),
});

export type RiskRules = z.output<typeof riskSchema>;
