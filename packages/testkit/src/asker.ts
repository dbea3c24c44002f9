import type { Viewer } from '@studymate/contracts';
import { createLogger } from '@studymate/runtime';
import { createGraphqlServer } from '@studymate/subgraph-kit';
import type { GraphQLSchema } from 'graphql';

// biome-ignore lint/suspicious/noExplicitAny: tests read answers of any shape and assert on them
type Data = Record<string, any>;

export interface Answer {
  readonly data: Data;
  readonly errors: readonly {
    readonly message: string;
    readonly path?: readonly (string | number)[];
    readonly extensions: Readonly<Record<string, unknown>>;
  }[];
}

/**
 * Asks a subgraph's schema in process, through Apollo Server and production's error presentation. The answer
 * is what would travel as JSON; `errors` is empty when there are none.
 */
export function asker<C extends object>(schema: GraphQLSchema, createContext: (viewer: Viewer | null) => C) {
  const server = createGraphqlServer<C>(schema, createLogger('test'));
  return async (viewer: Viewer | null, query: string, variables: Data = {}): Promise<Answer> => {
    const { body } = await server.executeOperation(
      { query, variables },
      { contextValue: createContext(viewer) },
    );
    if (body.kind !== 'single') throw new Error('A subgraph answers in one piece.');
    const { data, errors = [] } = JSON.parse(JSON.stringify(body.singleResult));
    return { data: data ?? {}, errors };
  };
}
