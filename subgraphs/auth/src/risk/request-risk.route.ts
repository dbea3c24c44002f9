import type { Caller } from '@studymate/contracts';
import {
  createRequestVerifier,
  fixedClock,
  isProduction,
  json,
  processClock,
  type Routes,
  readSecret,
} from '@studymate/runtime';
import { z } from 'zod';
import type { Context } from '../context.ts';
import { assessRequest } from './request-risk.service.ts';

const questionSchema = z.object({ sensitive: z.boolean() });

const refused = json(401, {
  errors: [{ message: 'Only the gateway may ask.', extensions: { code: 'UNAUTHENTICATED' } }],
});

/** Whom a gateway asks about, and when that is. */
export type CircumstancesOfCaller = Pick<Context, 'viewer' | 'now' | 'requestId' | 'ipAddress' | 'userAgent'>;

function circumstancesOf(caller: Caller, env: NodeJS.ProcessEnv): CircumstancesOfCaller {
  const { viewer, requestId, testClock, ipAddress = null, userAgent = null } = caller;
  const isSet = testClock !== undefined && !isProduction(env);
  return {
    viewer,
    requestId,
    ipAddress,
    userAgent,
    now: isSet ? fixedClock(new Date(testClock)) : processClock(env),
  };
}

/**
 * Answers gateways what a request may do: `{"allow": "EVERYTHING" | "INSENSITIVE" | "NOTHING", "isRefused", "isEnded"}`.
 * They sign the question like every request to a subgraph, with the viewer, address and agent that it is about.
 */
export function requestRiskRoute(
  createContext: (circumstances: CircumstancesOfCaller) => Context,
  env: NodeJS.ProcessEnv,
): Routes {
  const verify = createRequestVerifier(readSecret('SUBGRAPH_SECRET', env));
  return {
    'POST /internal/request-risk': async ({ headers, body }) => {
      const caller = verify(headers, body);
      if (!caller?.viewer) return refused;
      const { sensitive } = questionSchema.parse(JSON.parse(body.toString('utf8')));
      const { id: userId, sessionId } = caller.viewer;
      const context = createContext(circumstancesOf(caller, env));
      return json(200, await assessRequest(context, { sessionId, userId, isSensitive: sensitive }));
    },
  };
}
