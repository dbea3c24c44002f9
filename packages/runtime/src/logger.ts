import { type Logger, pino } from 'pino';
import { requestFields } from './request-log.ts';

export type { Logger };

/** A structured JSON logger on standard output. Level from LOG_LEVEL; known secrets are never written. */
export const createLogger = (name: string, env: NodeJS.ProcessEnv = process.env): Logger =>
  pino({
    name,
    level: env.LOG_LEVEL ?? (env.NODE_ENV === 'test' ? 'silent' : 'info'),
    base: { service: name },
    mixin: requestFields,
    messageKey: 'message',
    timestamp: () => `,"timestamp":"${new Date().toISOString()}"`,
    formatters: { level: (level) => ({ level }) },
    redact: {
      paths: ['*.password', '*.token', '*.accessToken', '*.refreshToken', '*.secret', '*.authorization'],
      censor: '[redacted]',
    },
  });
