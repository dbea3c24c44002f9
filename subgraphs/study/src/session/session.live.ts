import type { Ticks } from '@studymate/subgraph-kit';
import type { Context } from '../context.ts';
import { getSession } from './session.service.ts';
import { sessionTopic } from './session-topic.ts';

/** Ticks now and at every change of the viewer's session; throws NOT_FOUND for any other. */
export async function followSession(context: Context, id: string): Promise<Ticks> {
  await getSession(context, id);
  return context.changes.follow(sessionTopic(id), { detail: '' });
}
