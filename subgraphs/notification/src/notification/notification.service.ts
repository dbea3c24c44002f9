import { invalidInput } from '@studymate/contracts';
import type { Notification } from '@studymate/database/notification';
import { type Connection, parsePage, requireViewer, toConnection } from '@studymate/subgraph-kit';
import type { MutationMarkNotificationsReadArgs, UserNotificationsArgs } from '../__generated__/resolvers.ts';
import type { Context } from '../context.ts';
import { canReadNotification } from './notification.policy.ts';
import { type FeedFilter, feedCursorOf } from './notification.repository.ts';
import { unreadCountTopic } from './notification-topics.ts';

const maxNamed = 100;

/** A page of a feed, with what is needed to count the whole. */
export interface Feed extends Connection<Notification> {
  readonly filter: FeedFilter;
}

/** What was marked, and whose count is asked for next. */
export interface MarkedRead {
  readonly userId: string;
  readonly updated: readonly Notification[];
}

/** The notification, or null when it does not exist or is not the viewer's. */
export async function findNotification(context: Context, id: string): Promise<Notification | null> {
  const notification = await context.notifications.find(id);
  return notification && canReadNotification(context.viewer, notification) ? notification : null;
}

/** A page of the user's feed, newest first. */
export async function listFeed(
  context: Context,
  userId: string,
  args: Partial<UserNotificationsArgs>,
): Promise<Feed> {
  const page = parsePage(args);
  const filter = { userId, category: args.category, unreadOnly: args.unreadOnly };
  const rows = await context.notifications.page(filter, page);
  return { ...toConnection(rows, page, feedCursorOf), filter };
}

const byIds = (ids: readonly string[]) => {
  if (ids.length > maxNamed) throw invalidInput(['ids'], `ids: at most ${maxNamed}`, 'size');
  return { ids: [...ids] };
};

/** Marks the viewer's notifications as read; those of others are passed over in silence. */
export async function markRead(
  context: Context,
  args: MutationMarkNotificationsReadArgs,
): Promise<MarkedRead> {
  const { id: userId } = requireViewer(context);
  if (!args.ids && !args.all) throw invalidInput(['ids'], 'Name ids, or ask for all.', 'required');
  const now = context.now();
  const which = args.ids ? byIds(args.ids) : { upTo: args.before ?? now };
  const marked = await context.notifications.markRead(userId, which, now);
  if (marked.length > 0) context.changes.announce(unreadCountTopic(userId));
  return { userId, updated: marked.slice(0, maxNamed) };
}
