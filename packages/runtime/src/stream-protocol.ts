import { z } from 'zod';

/**
 * The WebSocket subprotocol by which a gateway follows many subscriptions of a subgraph over one connection.
 *
 * The gateway numbers its streams. `subscribe` carries the signed headers and the exact body of what would otherwise
 * be a request of its own. A subgraph sends one event, then waits until the gateway asks for `more`: a slow client
 * holds up its own stream only, and what happens meanwhile is told at once later.
 */
export const streamProtocol = 'studymate-streams';

const id = z.int().nonnegative();

/** What a gateway says. */
export const streamOrderSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('subscribe'),
    id,
    headers: z.record(z.string(), z.string()),
    body: z.string(),
  }),
  z.object({ type: z.literal('more'), id }),
  z.object({ type: z.literal('end'), id }),
]);

/** What a subgraph says. After `refused`, `complete` and `cut` a number is free. */
export const streamReportSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('opened'), id }),
  z.object({ type: z.literal('next'), id, result: z.record(z.string(), z.unknown()) }),
  /** Why there are no events, as a GraphQL result. */
  z.object({ type: z.literal('refused'), id, result: z.record(z.string(), z.unknown()) }),
  z.object({ type: z.literal('complete'), id }),
  /** The stream failed; it may be opened again. */
  z.object({ type: z.literal('cut'), id }),
]);

export type StreamOrder = z.output<typeof streamOrderSchema>;
export type StreamReport = z.output<typeof streamReportSchema>;

/** A WebSocket's message of this protocol; null for any other. */
export function parseStreamMessage<T>(schema: z.ZodType<T>, data: { toString(): string }): T | null {
  try {
    const result = schema.safeParse(JSON.parse(data.toString()));
    return result.success ? result.data : null;
  } catch {
    return null;
  }
}
