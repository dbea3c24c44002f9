import type { IncomingMessage } from 'node:http';
import { type HttpResponse, json, type Logger } from '@studymate/runtime';
import { requestIdOf } from './request-id.ts';

export interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

/** An answer to a request that no route has seen; null where not even the request could be read. */
export type Refuse = (refusal: Refusal, request: IncomingMessage | null) => HttpResponse;

/** Answers as every error is answered: in JSON, with the id of the request, which stands in the log. */
export const createRefuse =
  (logger: Logger): Refuse =>
  ({ status, code, message }, request) => {
    const requestId = requestIdOf(request?.headers['x-request-id']);
    const [path] = request?.url?.split('?') ?? [];
    logger.info(
      { request_id: requestId, status, code, method: request?.method, path: path?.slice(0, 200) },
      'refused',
    );
    const answer = json(status, { errors: [{ message, extensions: { code, requestId } }] });
    return { ...answer, headers: { ...answer.headers, 'x-request-id': requestId } };
  };
