import { type DestinationStream, destination, type Logger, pino } from 'pino';
import { requestFields } from './request-log.ts';

export type { Logger };

const shape = (name: string, env: NodeJS.ProcessEnv) => ({
  name,
  level: env.LOG_LEVEL ?? (env.NODE_ENV === 'test' ? 'silent' : 'info'),
  base: { service: name },
  messageKey: 'message',
  timestamp: () => `,"timestamp":"${new Date().toISOString()}"`,
  formatters: { level: (level: string) => ({ level }) },
});

/** A structured JSON logger on standard output. Level from LOG_LEVEL; known secrets are never written. */
export const createLogger = (name: string, env: NodeJS.ProcessEnv = process.env): Logger =>
  pino({
    ...shape(name, env),
    mixin: requestFields,
    redact: {
      paths: ['*.password', '*.token', '*.accessToken', '*.refreshToken', '*.secret', '*.authorization'],
      censor: '[redacted]',
    },
  });

const gatheredCharacters = 8_192;
const gatheredMs = 100;
const standardOutput = 1;

/** Standard output, written some lines at a time: a write for each costs more than all else about a line. */
function openGatheredOutput(): DestinationStream {
  const output = destination({ dest: standardOutput, sync: true });
  let gathered = '';
  let isWaiting = false;
  const flush = () => {
    const lines = gathered;
    gathered = '';
    if (lines !== '') output.write(lines);
  };
  process.once('exit', flush);
  return {
    write: (line) => {
      gathered += line;
      if (gathered.length >= gatheredCharacters) flush();
      if (isWaiting) return;
      isWaiting = true;
      setTimeout(() => {
        isWaiting = false;
        flush();
      }, gatheredMs).unref();
    },
  };
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
