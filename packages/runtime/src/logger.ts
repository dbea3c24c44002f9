import { type Logger, pino } from 'pino';
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

/** A logger for one line a request, of members that are known to be no secrets: it does not look for any. */
export const createRequestLogger = (name: string, env: NodeJS.ProcessEnv = process.env): Logger =>
  pino(shape(name, env));
