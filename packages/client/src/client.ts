import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { type GraphQLFormattedError, getOperationAST, print } from 'graphql';

export interface ClientOptions {
  /** The gateway's GraphQL endpoint. */
  readonly url: string;
  /** Called before each request; null sends it anonymously. */
  readonly accessToken?: () => string | null;
  /** Named on every metric of the gateway. */
  readonly clientName?: string;
  readonly clientVersion?: string;
  readonly fetch?: typeof globalThis.fetch;
}

/** The answer had top-level errors; `data` is what could be answered all the same. */
export class GraphQLRequestError extends Error {
  override readonly name = 'GraphQLRequestError';
  readonly errors: readonly GraphQLFormattedError[];
  readonly data: unknown;

  constructor(errors: readonly GraphQLFormattedError[], data: unknown) {
    super(errors.map(({ message, path }) => (path ? `${path.join('.')}: ${message}` : message)).join('; '));
    this.errors = errors;
    this.data = data;
  }
}

/** What the gateway answered: data and errors side by side, as GraphQL gives them. */
export interface Answer<Data> {
  readonly data: Data | null;
  readonly errors: readonly GraphQLFormattedError[];
}

/**
 * A client of the StudyMate API. `ask` answers data and errors as they came; `request` answers the data and
 * throws GraphQLRequestError when there were errors.
 */
export function createClient(options: ClientOptions) {
  const send = options.fetch ?? globalThis.fetch;

  async function ask<Data, Variables>(
    document: TypedDocumentNode<Data, Variables>,
    variables: Variables,
  ): Promise<Answer<Data>> {
    const token = options.accessToken?.() ?? null;
    const response = await send(options.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json',
        'apollographql-client-name': options.clientName ?? 'studymate-client',
        'apollographql-client-version': options.clientVersion ?? '0.1.0',
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify({
        query: print(document),
        operationName: getOperationAST(document)?.name?.value,
        variables,
      }),
    });
    const answer = (await response.json()) as { data?: Data | null; errors?: GraphQLFormattedError[] };
    return { data: answer.data ?? null, errors: answer.errors ?? [] };
  }

  return {
    ask,
    async request<Data, Variables>(
      document: TypedDocumentNode<Data, Variables>,
      variables: Variables,
    ): Promise<Data> {
      const { data, errors } = await ask(document, variables);
      if (errors.length > 0 || data === null) throw new GraphQLRequestError(errors, data);
      return data;
    },
  };
}

export type StudyMateClient = ReturnType<typeof createClient>;
