import { z } from 'zod';
import { roles, scopes } from './access.ts';

export const authLevels = ['PASSWORD', 'MFA', 'STEP_UP'] as const;

/** Who is asking, as the gateway vouches for it to the subgraphs. */
export const viewerSchema = z.object({
  id: z.string(),
  roles: z.array(z.enum(roles)),
  scopes: z.array(z.enum(scopes)),
  sessionId: z.string(),
  authLevel: z.enum(authLevels),
  emailVerified: z.boolean(),
  /** BCP 47. */
  locale: z.string(),
  /** IANA zone name. */
  timeZone: z.string(),
  /** Minutes after local midnight at which the study day begins. */
  dayStartMinutes: z.int(),
  /** When the person last proved who they are; absent for a program, and for tokens that do not say. */
  provenAt: z.iso.datetime().optional(),
});

export type Viewer = z.output<typeof viewerSchema>;

/** What the gateway signs over with every request to a subgraph. */
export const callerSchema = z.object({
  viewer: viewerSchema.nullable(),
  requestId: z.string(),
  ipAddress: z.string().optional(),
  userAgent: z.string().optional(),
  /** ISO instant; only outside production. */
  testClock: z.string().optional(),
});

export type Caller = z.output<typeof callerSchema>;
