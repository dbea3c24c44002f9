import { createPublisher } from '@studymate/jobs';
import { redisUrlOf } from '@studymate/runtime';
import { buildSubgraph, type RequestScope, startSubgraph } from '@studymate/subgraph-kit';

/**
 * Stands for the notification subgraph, with its own SDL and access rules on the kit's server; a count comes from
 * memory instead of PostgreSQL. Any message from the parent process announces a change to every viewer it names.
 */
const counts = new Map<string, number>();
const topicOf = (viewerId: string): string => `bench:${viewerId}`;

const schema = buildSubgraph({
  name: 'notification',
  resolvers: [
    {
      Subscription: {
        unreadCountChanged: {
          subscribe: (_root: unknown, _arguments: unknown, { feed, viewer }: RequestScope) =>
            feed?.follow(topicOf(viewer?.id ?? ''), { detail: '' }),
          resolve: (_tick: unknown, _arguments: unknown, { viewer }: RequestScope) =>
            counts.get(viewer?.id ?? '') ?? 0,
        },
      },
    },
  ],
});

await startSubgraph({
  name: 'notification',
  schema,
  port: Number(process.env.NOTIFICATION_PORT),
  createContext: (scope) => scope,
  isReady: async () => true,
});
const publisher = createPublisher('notification', redisUrlOf());
process.on('message', (viewerIds: readonly string[]) => {
  for (const viewerId of viewerIds) {
    counts.set(viewerId, (counts.get(viewerId) ?? 0) + 1);
    publisher.announce({ topic: topicOf(viewerId), detail: '' });
  }
});
process.on('disconnect', () => process.exit());
process.send?.('ready');
