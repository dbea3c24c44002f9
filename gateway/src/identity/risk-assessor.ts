import { counter, histogram, type Logger, signRequest } from '@studymate/runtime';
import { z } from 'zod';
import type { RequestScope } from '../execution/scope.ts';
import { callerOf } from '../execution/subgraphs.ts';
import type { Upstream } from '../upstream.ts';

const answerSchema = z.object({
  /** `INSENSITIVE`: all but what the configuration lists as sensitive. */
  allow: z.enum(['EVERYTHING', 'INSENSITIVE', 'NOTHING']),
  /** It is past asking for a proof. */
  isRefused: z.boolean().default(false),
  /** The session is over, whatever its token says. */
  isEnded: z.boolean().default(false),
});

/** What a request may do, as whoever assesses requests says. */
export type RiskAnswer = z.output<typeof answerSchema>;

/** How long an assessor that could not be asked is left alone. */
const restMs = 2_000;
const timeoutMs = 5_000;

const waited = histogram({
  name: 'request_risk_seconds',
  help: 'Time to have the risk of a request assessed, where it was not known.',
});
const failures = counter({
  name: 'request_risk_failures_total',
  help: 'Questions about the risk of a request that got no answer.',
});

export interface AssessorOptions {
  /** Who assesses requests. */
  readonly assess: Upstream;
  readonly locate: (upstream: Upstream) => string | null;
  /** Signs the question; null: it goes unsigned. */
  readonly secret: string | null;
  readonly logger: Logger;
}

export interface RiskQuestion {
  /** Questions of the same key at the same time are one. */
  readonly key: string;
  readonly scope: RequestScope;
  readonly sensitive: boolean;
}

export interface RiskAssessor {
  /** It could not be asked a moment ago. */
  isResting(): boolean;
  /** Null when no answer is to be had. */
  assess(question: RiskQuestion): Promise<RiskAnswer | null>;
}

/** Asks whoever assesses requests: the question is `{"sensitive"}`, signed with the viewer, address and agent. */
export function createRiskAssessor({ assess, locate, secret, logger }: AssessorOptions): RiskAssessor {
  const asking = new Map<string, Promise<RiskAnswer | null>>();
  let restsUntil = 0;

  const post = async ({ scope, sensitive }: RiskQuestion): Promise<RiskAnswer> => {
    const url = locate(assess);
    if (url === null) throw new Error('The assessor is not known.');
    const body = JSON.stringify({ sensitive });
    const signature = secret === null ? {} : signRequest(secret, callerOf(scope), body);
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...signature },
      body,
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    });
    if (!response.ok) throw new Error(`status ${response.status}`);
    return answerSchema.parse(await response.json());
  };

  const ask = async (question: RiskQuestion): Promise<RiskAnswer | null> => {
    const stop = waited.startTimer();
    try {
      return await post(question);
    } catch (error) {
      logger.warn({ reason: String(error) }, 'the risk of a request could not be assessed');
      failures.inc();
      restsUntil = performance.now() + restMs;
      return null;
    } finally {
      stop();
    }
  };

  return {
    isResting: () => performance.now() < restsUntil,
    assess: (question) => {
      const name = `${question.sensitive}|${question.key}`;
      const under = asking.get(name) ?? ask(question).finally(() => asking.delete(name));
      asking.set(name, under);
      return under;
    },
  };
}
