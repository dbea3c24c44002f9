import type { RequestScope } from '@studymate/subgraph-kit';

/** The relay owns no data: who asks is decided by the owner of each entity. */
export type Context = RequestScope;
