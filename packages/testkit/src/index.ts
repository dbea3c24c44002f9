export * from './asker.ts';
export * from './database.ts';
export * from './events.ts';
export * from './follower.ts';
export * from './query-counter.ts';
export * from './redis.ts';
export * from './vectors.ts';
export * from './viewers.ts';
