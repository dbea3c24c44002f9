import { ecsFormat } from '@elastic/ecs-pino-format';
import { type DestinationStream, type Logger, type LoggerOptions, pino } from 'pino';
import { openGatheredOutput, openOutput } from './log-output.ts';
import { hideSecrets, redacted, secretPaths } from './redaction.ts';
import { requestFields } from './request-log.ts';

export type { Logger };

const shape = (name: string, env: NodeJS.ProcessEnv): LoggerOptions => ({
  ...ecsFormat({ apmIntegration: false, serviceName: env.OTEL_SERVICE_NAME ?? name }),
  name,
  level: env.LOG_LEVEL ?? (env.NODE_ENV === 'test' ? 'silent' : 'info'),
});

let output: DestinationStream | null = null;

/**
 * A logger of JSON lines in the Elastic Common Schema, on standard output and in LOG_FILE. Each tells the request, the
 * learner and the trace that it belongs to. Level from LOG_LEVEL; known secrets are never written.
 */
export function createLogger(
  name: string,
  env: NodeJS.ProcessEnv = process.env,
  destination?: DestinationStream,
): Logger {
  output ??= openOutput();
  const options: LoggerOptions = {
    ...shape(name, env),
    mixin: requestFields,
    redact: { paths: secretPaths, censor: redacted },
    hooks: { streamWrite: hideSecrets },
  };
  return pino(options, destination ?? output);
}

let gatheredOutput: DestinationStream | null = null;

/**
 * A logger for one line a request, of members that are known to be no secrets: it does not look for any. Lines are
 * out 100 ms later, or as the process exits; those of that time are lost with a process that is killed.
 */
export function createRequestLogger(name: string, env: NodeJS.ProcessEnv = process.env): Logger {
  gatheredOutput ??= openGatheredOutput();
  return pino(shape(name, env), gatheredOutput);
}
