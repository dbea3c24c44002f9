import { notFound } from '@studymate/contracts';
import type { LoginEvent } from '@studymate/database/auth';
import { parsePage, requireViewer, type Ticks } from '@studymate/subgraph-kit';
import type { Context } from '../context.ts';
import { findLoginEvent } from './login-event.service.ts';
import { securityTopic } from './security-topic.ts';

const newestOf = async (context: Context, userId: string): Promise<LoginEvent | null> => {
  const [newest = null] = await context.loginEvents.pageOf(userId, parsePage({ first: 1 }));
  return newest;
};

/** Ticks with the newest line of the viewer's log of sign-ins, and with each that is written. */
export async function followSecurityEvents(context: Context): Promise<Ticks> {
  const { id: userId } = requireViewer(context);
  const ticks = await context.changes.follow(securityTopic(userId));
  const newest = await newestOf(context, userId);
  if (newest) ticks.push({ detail: newest.id });
  return ticks;
}

/** The line that a tick names; the newest when it names none. Throws NOT_FOUND when there is none. */
export async function getSecurityEvent(context: Context, id: string): Promise<LoginEvent> {
  const { id: userId } = requireViewer(context);
  const event = id === '' ? await newestOf(context, userId) : await findLoginEvent(context, id);
  if (!event) throw notFound('LoginEvent');
  return event;
}
