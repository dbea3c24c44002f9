import type { IncomingMessage } from 'node:http';
import type { Config } from './config.ts';
import type { RequestScope } from './execution/scope.ts';
import { InvalidToken } from './identity/access-token.ts';
import type { Identify } from './identity/identify.ts';
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

/** Who sends a request, by token or key, and what of it is kept. Throws a refusal (401) for one that is no good. */
export async function readScope(
  { config, identify, labelClient }: ScopeOptions,
  request: IncomingMessage,
  requestId: string,
): Promise<RequestScope> {
  const { headers, socket } = request;
  try {
    const ipAddress = clientAddressOf(
      socket.remoteAddress,
      headers['x-forwarded-for'],
      config.trustedProxies,
    );
    const apiKey = headers['x-api-key'];
    const { viewer, ...held } = await identify({
      authorization: headers.authorization,
      apiKey: typeof apiKey === 'string' ? apiKey : undefined,
      ipAddress,
    });
    return {
      ...held,
      requestId,
      client: labelClient(headers),
      viewer,
      ipAddress,
      userAgent: textOf(headers['user-agent']),
      testClock: testClockOf(headers['x-test-clock'], config.isProduction),
      propagatedHeaders: propagated(request, config.propagatedHeaders),
      answerHeaders: {},
      overrideLabels: overrideLabelsOf(config.overrides, headers, viewer),
      debug: debugTraceOf(headers, config.debugToken),
    };
  } catch (error) {
    if (error instanceof InvalidToken)
      throw refusal(401, 'UNAUTHENTICATED', 'The access token or API key is not valid.');
    throw error;
  }
}
