import { ApolloServer, type BaseContext } from '@apollo/server';
import {
  type CreateServerForIntegrationTestsOptions,
  defineIntegrationTestSuite,
} from '@apollo/server-integration-testsuite';
import { createLogger } from '@studymate/runtime';
import { answerWithApollo, readPost } from '../../src/apollo-request.ts';
import { serveHttp } from '../../src/edge/http.ts';
import { createRefuse } from '../../src/plugins/refuse.ts';
import { presentFailure } from '../../src/present-failure.ts';

const logger = createLogger('gateway');

/** Any ApolloServer behind the gateway's own HTTP layer. */
async function startServer(
  options: ConstructorParameters<typeof ApolloServer<BaseContext>>[0],
  { context = async () => ({}) }: CreateServerForIntegrationTestsOptions = {},
) {
  const server = new ApolloServer<BaseContext>(options);
  await server.start();
  const http = await serveHttp({
    port: 0,
    host: '127.0.0.1',
    door: { stop: () => null, headersFor: () => ({}), refuse: createRefuse(logger) },
    routes: new Map([
      [
        '/',
        async (request) => {
          const posted = await readPost(request, 1_000_000);
          const { search } = new URL(request.url ?? '/', 'http://gateway');
          return answerWithApollo(server, { request, search, body: posted?.body, context });
        },
      ],
    ]),
    onError: (error) => presentFailure(error, 'none', logger),
    upgrades: new Map(),
  });
  return { server, url: http.url, extraCleanup: http.stop };
}

defineIntegrationTestSuite(startServer);
