import type { GraphQLFormattedError } from 'graphql';

const unknownDirective = /^Unknown directive "@(defer|stream)"/;

/** Says of `@defer` and `@stream` that they are not offered, where validation only knows that they are not defined. */
export function explainIncrementalDelivery(error: GraphQLFormattedError): GraphQLFormattedError {
  const [, directive] = unknownDirective.exec(error.message) ?? [];
  if (directive === undefined) return error;
  return {
    ...error,
    message: `@${directive} is not supported: an answer comes in one piece.`,
    extensions: { ...error.extensions, code: 'INCREMENTAL_DELIVERY_UNSUPPORTED' },
  };
}
