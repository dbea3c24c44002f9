import type { Viewer } from '@studymate/contracts';
import type { ApiKey } from '../identity/api-keys.ts';
import type { ClientLabels } from '../plugins/client-labels.ts';
import type { DebugTrace } from './debug-trace.ts';

/** Who sent a request and what of it subgraphs are told. */
export interface RequestScope {
  readonly requestId: string;
  readonly client: ClientLabels;
  readonly viewer: Viewer | null;
  /** The plan that the viewer's token or key says; null for none. */
  readonly plan: string | null;
  /** The key that stands for the viewer, if it is one. */
  readonly apiKey: ApiKey | null;
  readonly ipAddress: string;
  readonly userAgent: string | null;
  /** ISO instant; never set in production. */
  readonly testClock: string | null;
  /** `traceparent` of a request whose trace is not recorded; null where the active span says it, if any does. */
  readonly traceParent: string | null;
  /** Headers handed on to subgraphs as they came, by configuration. */
  readonly propagatedHeaders: Readonly<Record<string, string>>;
  /** What the client is told of the subgraphs' responses, by configuration; filled in on the way. */
  readonly answerHeaders: Record<string, string>;
  /** Named labels of progressive overrides that are active, by configuration. */
  readonly overrideLabels: readonly string[];
  /** Filled in on the way, for a developer who may see how requests are answered. */
  readonly debug: DebugTrace | null;
}
