export * from './idempotency.ts';
export * from './inbox.ts';
export * from './outage.ts';
export * from './outbox.ts';
export * from './platform.ts';
export * from './read-together.ts';
export { connectReplicas, type Replicas } from './replicas/connect-replicas.ts';
export type { ReadScope, RoutedRequest } from './replicas/routed-client.ts';
export * from './tidy.ts';
