import type { ResponsePath } from './targets.ts';

/** A failure of one field or fetch, before it is presented to a client. */
export interface ExecutionError {
  readonly message: string;
  readonly path: ResponsePath | null;
  /** The subgraph it came from; null when it is the gateway's own. */
  readonly service: string | null;
  readonly extensions: Readonly<Record<string, unknown>>;
}

export type UpstreamFailure = 'timeout' | 'refused' | 'open circuit' | 'bad answer';

/** A subgraph that could not be reached or made no sense. Holds no address: messages go to clients. */
export class UpstreamUnavailable extends Error {
  override readonly name = 'UpstreamUnavailable';
  readonly service: string;
  readonly reason: UpstreamFailure;

  constructor(service: string, reason: UpstreamFailure, cause?: unknown) {
    super(`The subgraph ${service} is unavailable.`, { cause });
    this.service = service;
    this.reason = reason;
  }
}
