import type { IncomingMessage } from 'node:http';
import type { Config } from './config.ts';
import type { Eventually } from './execution/eventually.ts';
import type { RequestScope } from './execution/scope.ts';
import { InvalidToken } from './identity/access-token.ts';
import type { Identify, Identity } from './identity/identify.ts';
import { clientAddressOf } from './plugins/client-address.ts';
import type { LabelClient } from './plugins/client-labels.ts';
import { debugTraceOf } from './plugins/debug-request.ts';
import { overrideLabelsOf } from './plugins/override-rules.ts';
import { refusal } from './plugins/read-body.ts';
import { testClockOf } from './plugins/test-clock.ts';

const textOf = (header: string | string[] | undefined): string | null =>
  typeof header === 'string' ? header.slice(0, 300) : null;

function propagated({ headers }: IncomingMessage, names: readonly string[]): Record<string, string> {
  const passed: Record<string, string> = {};
  for (const name of names) {
    const value = headers[name];
    if (typeof value === 'string') passed[name] = value;
  }
  return passed;
}

export interface ScopeOptions {
  readonly config: Config;
  readonly identify: Identify;
  readonly labelClient: LabelClient;
}

/** What is known of a request before anybody asks who sends it. */
export interface RequestMarks {
  readonly requestId: string;
  readonly traceParent: string | null;
}

function refuse(error: unknown): never {
  if (error instanceof InvalidToken)
    throw refusal(401, 'UNAUTHENTICATED', 'The access token or API key is not valid.');
  throw error;
}

/**
 * Who sends a request, by token or key, and what of it is kept. Throws or rejects with a refusal (401) for one that
 * is no good.
 */
export function readScope(
  { config, identify, labelClient }: ScopeOptions,
  request: IncomingMessage,
  { requestId, traceParent }: RequestMarks,
): Eventually<RequestScope> {
  const { headers, socket } = request;
  const ipAddress = clientAddressOf(socket.remoteAddress, headers['x-forwarded-for'], config.trustedProxies);
  const apiKey = headers['x-api-key'];

  const scopeOf = ({ viewer, plan, apiKey: held }: Identity): RequestScope => ({
    viewer,
    plan,
    apiKey: held,
    requestId,
    traceParent,
    client: labelClient(headers),
    ipAddress,
    userAgent: textOf(headers['user-agent']),
    testClock: testClockOf(headers['x-test-clock'], config.isProduction),
    propagatedHeaders: propagated(request, config.propagatedHeaders),
    answerHeaders: {},
    overrideLabels: overrideLabelsOf(config.overrides, headers, viewer),
    debug: debugTraceOf(headers, config.debugToken),
  });

  try {
    const identity = identify({
      authorization: headers.authorization,
      apiKey: typeof apiKey === 'string' ? apiKey : undefined,
      ipAddress,
    });
    return identity instanceof Promise ? identity.then(scopeOf).catch(refuse) : scopeOf(identity);
  } catch (error) {
    return refuse(error);
  }
}
