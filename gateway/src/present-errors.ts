import { type ErrorCode, errorCodes } from '@studymate/contracts';
import type { Logger } from '@studymate/runtime';
import type { GraphQLFormattedError } from 'graphql';
import type { ExecutionError } from './execution/execution-error.ts';

const knownCodes = new Set<unknown>(errorCodes satisfies readonly ErrorCode[]);
const ownExtensions = new Set(['stacktrace', 'exception', 'serviceName', 'response', 'http', 'ftv1']);
const maxMessageLength = 500;

export interface PresentationRules {
  /** `known-codes`: subgraph errors without a code of ours are masked. `pass`: they go on as they came. */
  readonly subgraphErrors: 'known-codes' | 'pass';
  readonly logger: Logger;
}

/** Presents errors of an execution to the client of the request. */
export type PresentErrors = (
  errors: readonly ExecutionError[],
  requestId: string,
) => (GraphQLFormattedError & { readonly extensions: Readonly<Record<string, unknown>> })[];

export const shorten = (message: string): string =>
  message.length > maxMessageLength ? `${message.slice(0, maxMessageLength)}…` : message;

function extensionsOf({ extensions, service }: ExecutionError): Record<string, unknown> {
  const shown = Object.entries(extensions).filter(([name]) => !ownExtensions.has(name));
  const named = extensions.code === 'UPSTREAM_UNAVAILABLE' && service !== null ? { service } : {};
  return { ...Object.fromEntries(shown), code: extensions.code ?? 'INTERNAL', ...named };
}

/** The only place where a failure of a fetch or field becomes what a client sees. */
export function createErrorPresenter({ subgraphErrors, logger }: PresentationRules): PresentErrors {
  return (errors, requestId) =>
    errors.map((error) => {
      const place = error.path === null ? {} : { path: error.path };
      const isMasked =
        subgraphErrors === 'known-codes' &&
        error.service !== null &&
        (!knownCodes.has(error.extensions.code) || error.extensions.code === 'INTERNAL');
      if (!isMasked) {
        return {
          message: shorten(error.message),
          ...place,
          extensions: { ...extensionsOf(error), requestId },
        };
      }
      logger.error(
        {
          request_id: requestId,
          subgraph: error.service,
          reason: error.message,
          path: error.path,
          code: error.extensions.code,
        },
        'masked error of a subgraph',
      );
      return { message: 'Internal error', ...place, extensions: { code: 'INTERNAL', requestId } };
    });
}
