export * from './idempotency.ts';
export * from './inbox.ts';
export * from './outage.ts';
export * from './outbox.ts';
export * from './platform.ts';
export * from './tidy.ts';
