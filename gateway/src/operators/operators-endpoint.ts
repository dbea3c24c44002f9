import { readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { ApolloServer } from '@apollo/server';
import {
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import type { Viewer } from '@studymate/contracts';
import type { HttpResponse, Logger } from '@studymate/runtime';
import { answerWithApollo, readPost } from '../apollo-request.ts';
import type { Config } from '../config.ts';
import type { Eventually } from '../execution/eventually.ts';
import type { RequestScope } from '../execution/scope.ts';
import type { HoldToRate } from '../plugins/rate-limits.ts';
import { refusal } from '../plugins/read-body.ts';
import { requestIdOf } from '../plugins/request-id.ts';
import { presentFailure } from '../present-failure.ts';
import { createRegister, presentVersion, type RegisterOptions } from './register.ts';
import { versionOf } from './registration-history.ts';
import type { Registrations } from './registrations.ts';

export interface OperatorsOptions extends RegisterOptions {
  readonly config: Config;
  /** The scope of a token that may come in. */
  readonly scope: string;
  readonly readScope: (request: IncomingMessage, requestId: string) => Eventually<RequestScope>;
  readonly holdToRate: HoldToRate;
  readonly logger: Logger;
}

interface OperatorsContext {
  readonly operator: Viewer;
}

const typeDefs = readFileSync(new URL('../../operators.graphql', import.meta.url), 'utf8');

function presentClient(registrations: Registrations, client: string) {
  const history = registrations.historyOf(client);
  const deployed = registrations.deployed().clients.get(client);
  const operations = registrations.current().clients.get(client)?.operations;
  if (!operations) return null;
  return {
    client,
    version: versionOf(history),
    operations: operations.map((operation) => ({
      ...operation,
      deployed: deployed?.find(operation.id) != null,
    })),
    versions: history.versions.toReversed().map((version) => presentVersion(client, history, version)),
  };
}

function createResolvers(options: OperatorsOptions) {
  const { registrations } = options;
  const { register, rollBack } = createRegister(options);
  type Arguments<T extends (...given: never[]) => unknown> = Parameters<T>[0];
  return {
    Query: {
      registeredClients: () =>
        [...registrations.current().clients.keys()]
          .toSorted()
          .map((client) => presentClient(registrations, client)),
      registeredOperations: (_root: unknown, { client }: { client: string }) =>
        presentClient(registrations, client),
    },
    Mutation: {
      registerOperations: (
        _root: unknown,
        asked: Arguments<typeof register>,
        { operator }: OperatorsContext,
      ) => register(asked, operator),
      rollBackOperations: (
        _root: unknown,
        asked: Arguments<typeof rollBack>,
        { operator }: OperatorsContext,
      ) => rollBack(asked, operator),
    },
  };
}

function requireOperator({ viewer }: RequestScope, scope: string): Viewer {
  if (!viewer) throw refusal(401, 'UNAUTHENTICATED', 'Sign in first.');
  if (!viewer.scopes.some((held) => held === scope))
    throw refusal(403, 'FORBIDDEN', `The token does not hold the scope ${scope}.`);
  return viewer;
}

/** Serves the operators' own API: who may not come in learns nothing of it, its schema neither. */
export async function serveOperators(options: OperatorsOptions) {
  const { config, logger } = options;
  const server = new ApolloServer<OperatorsContext>({
    typeDefs,
    resolvers: createResolvers(options),
    introspection: true,
    csrfPrevention: true,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    persistedQueries: false,
    logger,
    formatError: (formatted, error) => {
      if (formatted.extensions?.code !== 'INTERNAL_SERVER_ERROR') return formatted;
      logger.error({ err: error }, 'unexpected error');
      return { message: 'Internal error', extensions: { code: 'INTERNAL' } };
    },
    plugins: [ApolloServerPluginUsageReportingDisabled(), ApolloServerPluginLandingPageDisabled()],
  });
  await server.start();

  const answer = async (request: IncomingMessage, requestId: string): Promise<HttpResponse> => {
    const scope = await options.readScope(request, requestId);
    const headers = await options.holdToRate(scope);
    const operator = requireOperator(scope, options.scope);
    const posted = await readPost(request, config.bodyLimit);
    const response = await answerWithApollo(server, {
      request,
      search: new URL(request.url ?? '/', 'http://gateway').search,
      body: posted?.body,
      context: async () => ({ operator }),
    });
    return { ...response, headers: { ...headers, ...response.headers } };
  };

  return {
    endpoint: async (request: IncomingMessage): Promise<HttpResponse> => {
      const requestId = requestIdOf(request.headers['x-request-id']);
      const response = await answer(request, requestId).catch((error: unknown) =>
        presentFailure(error, requestId, logger),
      );
      return { ...response, headers: { ...response.headers, 'x-request-id': requestId } };
    },
    stop: () => server.stop(),
  };
}
