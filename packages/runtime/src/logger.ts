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

/** Writes the line of one request. */
export type WriteRequestLine = (fields: object) => void;

/** What stands in each line of a logger behind its time: the members that pino gives to a line without any of its own. */
function fixedMembers(options: LoggerOptions): string {
  let line = '{}';
  const keep = {
    write: (text: string) => {
      line = text;
    },
  };
  pino({ ...options, level: 'info' }, keep).info('');
  const { '@timestamp': _time, 'log.level': _level, message: _message, ...fixed } = JSON.parse(line);
  return JSON.stringify(fixed).slice(1, -1);
}

let gatheredOutput: DestinationStream | null = null;

/**
 * A writer of one line a request, like a logger's at the level of `info`, of fields that are known to be no secrets: it
 * does not look for any, and costs a third of what a logger does. Lines are out 100 ms later, or as the process exits;
 * those of that time are lost with a process that is killed.
 */
export function createRequestLogger(
  name: string,
  env: NodeJS.ProcessEnv = process.env,
  destination?: DestinationStream,
): WriteRequestLine {
  const options = shape(name, env);
  if (!pino(options, { write: () => {} }).isLevelEnabled('info')) return () => {};
  gatheredOutput ??= openGatheredOutput();
  const output = destination ?? gatheredOutput;
  const fixed = fixedMembers(options);
  let atMs = 0;
  let start = '';
  return (fields) => {
    const now = Date.now();
    if (now !== atMs) {
      atMs = now;
      start = `{"log.level":"info","@timestamp":"${new Date(now).toISOString()}",${fixed},`;
    }
    output.write(`${start}${JSON.stringify(fields).slice(1, -1)},"message":"request"}\n`);
  };
}
