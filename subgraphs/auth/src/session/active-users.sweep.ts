import { gauge } from '@studymate/runtime';
import type { Context } from '../context.ts';
import { accessTokenSeconds } from './access-token.ts';

const activeUsers = gauge({
  name: 'active_users',
  help: 'People who signed in or came back within the last quarter of an hour.',
});

/** Whoever is there comes back for a new access token before the old one ends; half as long again for the slow. */
const activeForMs = 1_500 * accessTokenSeconds;

/** Tells how many people are there. Every worker counts all of them: take the largest, not the sum. */
export async function countActiveUsers(context: Context): Promise<void> {
  const since = new Date(context.now().getTime() - activeForMs);
  activeUsers.set(await context.sessions.countActiveUsers(since));
}
