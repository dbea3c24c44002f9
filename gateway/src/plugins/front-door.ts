import type { IncomingMessage } from 'node:http';
import type { HttpResponse, Logger } from '@studymate/runtime';
import type { Config } from '../config.ts';
import { crossOriginHeaders, isPreflight, refuseOrigin } from './cross-origin.ts';
import { createRefuse, type Refusal, type Refuse } from './refuse.ts';
import { refusePlainHttp } from './secure-transport.ts';

/** What every request meets before any route. */
export interface FrontDoor {
  /** The answer to a request that does not come in; null for one that does. */
  readonly stop: (request: IncomingMessage) => HttpResponse | null;
  /** Headers of its answer, where the answer does not say otherwise. */
  readonly headersFor: (request: IncomingMessage) => Readonly<Record<string, string>>;
  /** The answer to a request that no route has seen. */
  readonly refuse: Refuse;
}

const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);
const preflightAnswer: HttpResponse = { status: 204, body: '' };

/** TRACE would show a page headers that it must not read; the others mean nothing here. */
const refuseMethod = ({ method = '' }: IncomingMessage): Refusal | null =>
  methods.has(method) ? null : { status: 405, code: 'BAD_USER_INPUT', message: 'The method is not known.' };

/** What is answered is for the one who asked, and is what it says it is. */
const edgeHeaders = (isProduction: boolean): Readonly<Record<string, string>> => ({
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  ...(isProduction ? { 'strict-transport-security': 'max-age=31536000; includeSubDomains' } : {}),
});

export function createFrontDoor(config: Config, logger: Logger): FrontDoor {
  const { cors, isProduction, trustedProxies } = config;
  const refuse = createRefuse(logger);
  const always = edgeHeaders(isProduction);
  return {
    refuse,
    stop: (request) => {
      const refused =
        refuseMethod(request) ??
        (isProduction ? refusePlainHttp(request, trustedProxies) : null) ??
        (cors === false ? null : refuseOrigin(request, cors));
      if (refused) return refuse(refused, request);
      return cors !== false && isPreflight(request) ? preflightAnswer : null;
    },
    headersFor: (request) => (cors === false ? always : { ...always, ...crossOriginHeaders(request, cors) }),
  };
}
