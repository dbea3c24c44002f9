import { HeaderMap } from '@apollo/server';
import type { GraphQLError } from 'graphql';
import { refusal } from './read-body.ts';

export interface HeadedRefusal {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Further members of the error's extensions. */
  readonly details: Readonly<Record<string, unknown>>;
}

/** A refusal that says more in its headers, whichever way it takes: @apollo/server reads them from a map only. */
export function refusalWithHeaders({ status, code, message, headers, details }: HeadedRefusal): GraphQLError {
  const error = refusal(status, code, message);
  Object.assign(error.extensions, details, {
    http: { status, headers: new HeaderMap(Object.entries(headers)) },
  });
  return error;
}
