import { changeChannel, connectQueueRedis } from '@studymate/jobs';
import type { Logger } from '@studymate/runtime';
import { type ChangeTick, createTicks, type Ticks } from './ticks.ts';

/** Hears what domains announce as changed. */
export interface ChangeFeed {
  /**
   * Ticks whenever the topic is announced; with `first` at once, too. Once it resolves no announcement is missed,
   * so that what is read at the first tick and after is never stale for good.
   */
  follow(topic: string, first?: ChangeTick): Promise<Ticks>;
  stop(): Promise<void>;
}

/** For contexts that serve no subscriber: jobs, events, plain requests. */
export const noChangeFeed: ChangeFeed = {
  follow: async () => {
    throw new Error('Nobody listens for changes here.');
  },
  stop: async () => undefined,
};

/**
 * Listens on one Redis connection, opened when first needed. While Redis is away nothing is heard; when it comes
 * back every follower ticks, since it may have missed something.
 */
export function createChangeFeed(redisUrl: string, logger: Logger): ChangeFeed {
  const followers = new Map<string, Set<Ticks>>();
  let redis: ReturnType<typeof connectQueueRedis> | null = null;

  const connect = () => {
    const connection = connectQueueRedis(redisUrl, 'worker');
    let wasReady = false;
    connection.on('error', (error) => logger.debug({ reason: String(error) }, 'change feed waits for Redis'));
    connection.on('message', (channel: string, detail: string) => {
      for (const ticks of followers.get(channel) ?? []) ticks.push({ detail });
    });
    connection.on('ready', () => {
      if (wasReady)
        for (const ticks of [...followers.values()].flatMap((all) => [...all])) ticks.push({ detail: '' });
      wasReady = true;
    });
    return connection;
  };

  const leave = (channel: string, ticks: Ticks) => {
    const all = followers.get(channel);
    all?.delete(ticks);
    if (!all || all.size > 0) return;
    followers.delete(channel);
    redis?.unsubscribe(channel).catch(() => undefined);
  };

  return {
    follow: async (topic, first) => {
      const channel = changeChannel(topic);
      redis ??= connect();
      const ticks: Ticks = createTicks(first, () => leave(channel, ticks));
      const all = followers.get(channel) ?? new Set();
      followers.set(channel, all.add(ticks));
      // While Redis is away this waits: the follower starts without it and ticks when it is back.
      await Promise.race([
        redis.subscribe(channel),
        new Promise((resolve) => setTimeout(resolve, 1_000).unref()),
      ]);
      return ticks;
    },
    stop: async () => {
      for (const ticks of [...followers.values()].flatMap((all) => [...all])) await ticks.return();
      redis?.disconnect();
    },
  };
}
