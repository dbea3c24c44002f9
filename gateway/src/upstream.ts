import { z } from 'zod';

/** A path at a subgraph, or a whole URL. */
export const upstreamSchema = z.union([
  z.url(),
  z.strictObject({ subgraph: z.string(), path: z.string().startsWith('/') }),
]);

export type Upstream = z.output<typeof upstreamSchema>;
