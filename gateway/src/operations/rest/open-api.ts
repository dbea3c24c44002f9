import {
  type FragmentDefinitionNode,
  type GraphQLObjectType,
  getNullableType,
  isInputObjectType,
  isNonNullType,
  Kind,
} from 'graphql';
import { createSchemaWriter, type JsonSchema, type ScalarTypes, type SchemaWriter } from '../json-schema.ts';
import { problem } from './problem.ts';
import type { RestRoute, RouteVariable } from './rest-route.ts';

export interface OpenApiOptions {
  readonly title: string;
  readonly version: string;
  readonly routes: readonly RestRoute[];
  readonly schema: Parameters<typeof createSchemaWriter>[0]['schema'];
  readonly scalars: ScalarTypes;
}

export interface OpenApiDocument {
  readonly openapi: '3.1.0';
  readonly info: JsonSchema;
  readonly tags: readonly { readonly name: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, OpenApiOperation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, JsonSchema>>;
    readonly [part: string]: unknown;
  };
  readonly [part: string]: unknown;
}

export interface OpenApiOperation {
  readonly operationId: string;
  readonly summary: string;
  readonly description?: string;
  readonly tags: readonly string[];
  readonly parameters: readonly OpenApiParameter[];
  readonly requestBody?: {
    readonly required: boolean;
    readonly content: Readonly<Record<string, { readonly schema: JsonSchema }>>;
  };
  readonly responses: Readonly<Record<string, OpenApiResponse>>;
}

export interface OpenApiParameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required: boolean;
  readonly schema: JsonSchema;
  readonly [part: string]: unknown;
}

export interface OpenApiResponse {
  readonly description?: string;
  readonly content?: Readonly<Record<string, { readonly schema: JsonSchema }>>;
  readonly [part: string]: unknown;
}

const problemSchema: JsonSchema = {
  type: 'object',
  description: 'A problem (RFC 9457). Programs read `code`; further members depend on it.',
  properties: {
    type: { type: 'string', format: 'uri-reference' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string', description: 'For people; may change.' },
    code: { type: 'string' },
    requestId: { type: 'string' },
    path: {
      type: ['array', 'null'],
      items: { type: 'string' },
      description: 'Where in the input the trouble is.',
    },
  },
  required: ['type', 'title', 'status', 'detail', 'code', 'requestId'],
};

const defaultOf = ({ document }: RestRoute, name: string): boolean =>
  document.definitions.some(
    (node) =>
      node.kind === Kind.OPERATION_DEFINITION &&
      node.variableDefinitions?.some(
        ({ variable, defaultValue }) => variable.name.value === name && defaultValue,
      ),
  );

function parameterOf(variable: RouteVariable, writer: SchemaWriter): OpenApiParameter {
  const { name, type, isRequired, from } = variable;
  const style = isInputObjectType(getNullableType(type)) ? { style: 'deepObject', explode: true } : {};
  return {
    name,
    in: from === 'path' ? 'path' : 'query',
    required: from === 'path' || isRequired,
    ...style,
    schema: writer.ofInput(type),
  };
}

const headerParameters = ({ settings }: RestRoute): OpenApiParameter[] =>
  Object.entries(settings.headers).map(([name, place]) => ({
    name,
    in: 'header',
    required: false,
    description: `Stands for \`${place}\` of the body.`,
    schema: { type: 'string' },
  }));

function bodyOf(route: RestRoute, writer: SchemaWriter): Pick<OpenApiOperation, 'requestBody'> {
  const whole = route.variables.find(({ from }) => from === 'whole-body');
  const members = route.variables.filter(({ from }) => from === 'body');
  if (!whole && members.length === 0) return {};
  const byHeader = new Set(Object.values(route.settings.headers));
  const required = members.filter(({ name, isRequired }) => isRequired && !byHeader.has(name));
  const schema = whole
    ? writer.ofInput(whole.type)
    : {
        type: 'object',
        properties: Object.fromEntries(members.map(({ name, type }) => [name, writer.ofInput(type)])),
        required: required.map(({ name }) => name),
        additionalProperties: false,
      };
  const isRequired = whole ? whole.isRequired : required.length > 0;
  return { requestBody: { required: isRequired, content: { 'application/json': { schema } } } };
}

const isFragment = (node: { kind: string }): node is FragmentDefinitionNode =>
  node.kind === Kind.FRAGMENT_DEFINITION;

const isBareName = ({ properties }: JsonSchema): boolean =>
  typeof properties === 'object' && properties !== null && Object.keys(properties).join() === '__typename';

/** Leaves out objects of which nothing is read: they are answered as not found. */
function withoutBareNames(schema: JsonSchema): JsonSchema {
  if (!Array.isArray(schema.anyOf)) return schema;
  const told = schema.anyOf.filter((each: JsonSchema) => !isBareName(each));
  return told.length === 1 ? told[0] : { anyOf: told };
}

function responsesOf(route: RestRoute, writer: SchemaWriter): OpenApiOperation['responses'] {
  const { node, field } = route.root;
  const fragments = new Map(
    route.document.definitions.filter(isFragment).map((each) => [each.name.value, each]),
  );
  const selected = node.selectionSet ? [{ set: node.selectionSet, conditions: [] }] : [];
  const written = writer.ofOutput(getNullableType(field.type), selected, fragments);
  const schema = route.method === 'GET' ? withoutBareNames(written) : written;
  const etag = { ETag: { schema: { type: 'string' }, description: 'Send it as If-None-Match.' } };
  const isRead = route.method === 'GET';
  return {
    [isRead ? 200 : route.settings.status]: {
      description: 'Done.',
      ...(isRead ? { headers: etag } : {}),
      content: { 'application/json': { schema } },
    },
    ...(!isRead && !isNonNullType(field.type)
      ? { 204: { description: 'Done; there is nothing to tell.' } }
      : {}),
    ...(isRead ? { 304: { description: 'Not modified since the ETag that was sent.' } } : {}),
    '4XX': { $ref: '#/components/responses/Problem' },
    '5XX': { $ref: '#/components/responses/Problem' },
  };
}

const tagOf = ({ path }: RestRoute): string => path.split('/')[2] ?? 'api';

function operationOf(route: RestRoute, writer: SchemaWriter): OpenApiOperation {
  const { operation, root, settings } = route;
  const name = operation.name ?? root.key;
  const description = root.field.description;
  return {
    operationId: `${name.charAt(0).toLowerCase()}${name.slice(1)}`,
    summary: settings.summary ?? name.replace(/(?<=[a-z])(?=[A-Z])/g, ' '),
    ...(description ? { description } : {}),
    tags: [tagOf(route)],
    parameters: [
      ...route.variables
        .filter(({ from }) => from === 'path' || from === 'query')
        .map((variable) => ({
          ...parameterOf(variable, writer),
          ...(variable.from === 'query' && defaultOf(route, variable.name)
            ? { description: 'Has a default.' }
            : {}),
        })),
      ...headerParameters(route),
    ],
    ...bodyOf(route, writer),
    responses: responsesOf(route, writer),
  };
}

const exampleStatus = problem({ status: 404, code: 'NOT_FOUND', message: 'Not found.' }, 'request-id').body;

/** Describes the routes of one version in OpenAPI 3.1, from the variables and results of their operations. */
export function writeOpenApi({ title, version, routes, schema, scalars }: OpenApiOptions): OpenApiDocument {
  const failures = new Set(routes.flatMap((route) => [...route.failures]));
  const isLeftOut = ({ name }: GraphQLObjectType) => failures.has(name);
  const writer = createSchemaWriter({ schema, scalars, isLeftOut, place: '#/components/schemas/' });
  const paths: Record<string, Record<string, OpenApiOperation>> = {};
  for (const route of routes) {
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operationOf(route, writer) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title,
      version: version.replace(/^v/, '').concat('.0.0'),
      description: 'Each route is a registered GraphQL operation.',
    },
    servers: [{ url: '/' }],
    tags: [...new Set(routes.map(tagOf))].toSorted().map((name) => ({ name })),
    security: [{ bearer: [] }, { apiKey: [] }, {}],
    paths,
    components: {
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'An access token, or an API key.' },
        apiKey: { type: 'apiKey', in: 'header', name: 'x-api-key' },
      },
      responses: {
        Problem: {
          description: 'Not done; the body says why.',
          content: {
            'application/problem+json': {
              schema: { $ref: '#/components/schemas/Problem' },
              example: JSON.parse(String(exampleStatus)),
            },
          },
        },
      },
      schemas: { ...writer.definitions, Problem: problemSchema },
    },
  };
}
