import { DomainError } from '@studymate/contracts';
import { isDatabaseAway } from '@studymate/database';
import type { Logger } from '@studymate/runtime';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';

/** What was thrown, beneath what GraphQL made of it. */
export const causeOf = (error: unknown): unknown => {
  let cause = error;
  while (cause instanceof GraphQLError && cause.originalError) cause = cause.originalError;
  return cause;
};

/**
 * The only place where a thrown failure becomes a top-level error. A DomainError shows its code, message and
 * details; a GraphQL error of parsing, validation or coercion is the client's to mend; a database that is away
 * is worth another try; the rest is logged with the request id and masked.
 */
export const createErrorPresenter =
  (logger: Logger) =>
  (formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError => {
    const cause = causeOf(error);
    const place = {
      ...(formatted.path ? { path: formatted.path } : {}),
      ...(formatted.locations ? { locations: formatted.locations } : {}),
    };
    if (cause instanceof DomainError) {
      const { path, ...details } = cause.details;
      const extensions = { ...details, ...(path ? { inputPath: path } : {}), code: cause.code };
      return { message: cause.message, ...place, extensions };
    }
    if (cause instanceof GraphQLError) {
      const code = formatted.extensions?.code;
      const isMasked = code === undefined || code === 'INTERNAL_SERVER_ERROR';
      if (!isMasked) return { message: formatted.message, ...place, extensions: { code } };
    }
    if (isDatabaseAway(cause)) {
      logger.warn({ err: cause, path: formatted.path }, 'database unavailable');
      const message = 'This part of the service is not available at the moment.';
      return { message, ...place, extensions: { code: 'UPSTREAM_UNAVAILABLE' } };
    }
    logger.error({ err: cause, path: formatted.path }, 'unexpected failure');
    return { message: 'Internal error', ...place, extensions: { code: 'INTERNAL' } };
  };
