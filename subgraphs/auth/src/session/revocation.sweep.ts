import type { Context } from '../context.ts';
import { announcedForMs } from './revocations.ts';

/** Tells the gateways again of every session and key that ended lately; what they know already is not repeated. */
export async function announceRecentRevocations(context: Context): Promise<void> {
  const since = new Date(context.now().getTime() - announcedForMs);
  const ended = [
    ...(await context.sessions.revokedSince(since)),
    ...(await context.accessKeys.revokedSince(since)),
    ...(await context.partnerClients.revokedSince(since)),
  ];
  await context.revocations.announce(ended.map(({ id }) => id));
}
