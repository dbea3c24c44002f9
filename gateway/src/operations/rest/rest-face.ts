import type { IncomingMessage } from 'node:http';
import { type HttpResponse, json, type Logger } from '@studymate/runtime';
import { GraphQLError, type GraphQLSchema } from 'graphql';
import type { GivenOperation } from '../../graphql-endpoint.ts';
import { parseJson, readBody, requireJson } from '../../plugins/read-body.ts';
import { requestIdOf } from '../../plugins/request-id.ts';
import { refuseUnstorableText } from '../../plugins/unstorable-text.ts';
import type { ScalarTypes } from '../json-schema.ts';
import type { OperationFolder } from '../operation-folder.ts';
import { docsPage } from './docs-page.ts';
import { type OpenApiDocument, writeOpenApi } from './open-api.ts';
import { presentAnswer } from './present-answer.ts';
import { type Failure, problem, statusOf } from './problem.ts';
import { readRestVariables } from './read-variables.ts';
import { createRestRoutes, logProblems, type MatchedRoute, type RestRoutes } from './rest-routes.ts';

export interface RestOptions {
  readonly title: string;
  readonly errorInterface: string | null;
  readonly scalars: ScalarTypes;
  readonly bodyLimit: number;
  readonly folder: OperationFolder;
  readonly schema: () => GraphQLSchema;
  /** Runs an operation as the GraphQL endpoint would: who asks, limits, access and the log line are its own. */
  readonly run: (request: IncomingMessage, operation: GivenOperation) => Promise<HttpResponse>;
  readonly logger: Logger;
}

/** Routes made of registered operations, with their description and documentation. */
export interface RestFace {
  /** Null for a path that is none of ours. */
  answer(request: IncomingMessage, path: string): Promise<HttpResponse> | null;
  routes(): RestRoutes['routes'];
  /** Makes the routes again, of the present operations and schema. */
  refresh(): void;
}

const description = /^\/(v\d+)\/(openapi\.json|docs)$/;

const takesBody = ({ route }: MatchedRoute): boolean =>
  route.variables.some(({ from }) => from === 'body' || from === 'whole-body');

async function readRestBody(
  request: IncomingMessage,
  matched: MatchedRoute,
  limit: number,
): Promise<unknown> {
  const bytes = takesBody(matched) ? await readBody(request, limit) : Buffer.alloc(0);
  if (bytes.length === 0) return undefined;
  requireJson(request);
  return parseJson(bytes);
}

/** A problem that the endpoint never saw, with the log line by which it can be looked up. */
function refuse(failure: Failure, requestId: string, logger: Logger): HttpResponse {
  logger.info({ request_id: requestId, status: failure.status, code: failure.code }, 'refused');
  return problem(failure, requestId);
}

/** A refusal as a problem; what is none is a bug and left to the server. */
function refuseFor(error: unknown, requestId: string, logger: Logger): HttpResponse {
  if (!(error instanceof GraphQLError)) throw error;
  const code = typeof error.extensions.code === 'string' ? error.extensions.code : 'BAD_USER_INPUT';
  const { http } = error.extensions;
  const given = typeof http === 'object' && http !== null && 'status' in http ? Number(http.status) : null;
  return refuse({ status: given ?? statusOf[code] ?? 400, code, message: error.message }, requestId, logger);
}

async function answerRoute(
  options: RestOptions,
  request: IncomingMessage,
  matched: MatchedRoute,
): Promise<HttpResponse> {
  const requestId = requestIdOf(request.headers['x-request-id']);
  // The endpoint takes the id from here, so that its log line and the problem say the same.
  request.headers['x-request-id'] = requestId;
  try {
    const { route, parameters } = matched;
    const variables = readRestVariables(
      route,
      {
        path: parameters,
        search: new URL(request.url ?? '/', 'http://gateway').searchParams,
        headers: request.headers,
        body: await readRestBody(request, matched, options.bodyLimit),
      },
      options.scalars,
    );
    refuseUnstorableText(Buffer.from(JSON.stringify(variables)), variables);
    const response = await options.run(request, {
      query: route.source,
      ...(route.operation.name === null ? {} : { operationName: route.operation.name }),
      variables,
    });
    return presentAnswer(route, response, { requestId, ifNoneMatch: request.headers['if-none-match'] });
  } catch (error) {
    return refuseFor(error, requestId, options.logger);
  }
}

function refuseRoute(request: IncomingMessage, methods: readonly string[], logger: Logger): HttpResponse {
  const requestId = requestIdOf(request.headers['x-request-id']);
  if (methods.length === 0)
    return refuse({ status: 404, code: 'NOT_FOUND', message: 'There is no such path.' }, requestId, logger);
  const message = `The path answers ${methods.join(', ')}.`;
  const refused = refuse({ status: 405, code: 'BAD_USER_INPUT', message }, requestId, logger);
  return { ...refused, headers: { ...refused.headers, allow: methods.join(', ') } };
}

/** Serves the operations that clients have marked in `<client>.rest.json` under `/v1/…`. */
export function createRestFace(options: RestOptions): RestFace {
  const { folder, schema, title, scalars, errorInterface, logger } = options;
  let routes: RestRoutes = createRestRoutes(folder, { schema: schema(), errorInterface });
  let described = new Map<string, OpenApiDocument>();

  const describe = (version: string): OpenApiDocument | null => {
    const known = described.get(version);
    if (known) return known;
    const own = routes.routes.filter((route) => route.version === version);
    if (own.length === 0) return null;
    const document = writeOpenApi({ title, version, routes: own, schema: schema(), scalars });
    described.set(version, document);
    return document;
  };

  const answerDescription = (version: string, what: string): HttpResponse | null => {
    const document = describe(version);
    if (document === null) return null;
    return what === 'docs' ? docsPage(document, title, version) : json(200, document);
  };

  return {
    routes: () => routes.routes,
    refresh: () => {
      routes = createRestRoutes(folder, { schema: schema(), errorInterface });
      described = new Map();
      logProblems(routes, logger);
    },
    answer: (request, path) => {
      if (routes.routes.length === 0 || !/^\/v\d+\//.test(path)) return null;
      const matched = routes.match(request.method ?? 'GET', path);
      if (matched) return answerRoute(options, request, matched);
      const [, version, what] = description.exec(path) ?? [];
      const isRead = request.method === 'GET' && version !== undefined && what !== undefined;
      const page = isRead ? answerDescription(version, what) : null;
      return Promise.resolve(page ?? refuseRoute(request, routes.methodsOf(path), logger));
    },
  };
}
