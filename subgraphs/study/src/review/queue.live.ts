import { requireViewer, type Ticks } from '@studymate/subgraph-kit';
import type { Context } from '../context.ts';

const queueTopic = (userId: string): string => `queue:${userId}`;

/** Tells whoever follows the learner's queue that it may have changed. */
export const announceQueue = (context: Context, userId: string): void =>
  context.changes.announce(queueTopic(userId));

/** Ticks now and whenever cards of the viewer are reviewed or made. */
export const followQueue = (context: Context): Promise<Ticks> =>
  context.changes.follow(queueTopic(requireViewer(context).id), { detail: '' });
