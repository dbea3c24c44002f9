import type { IncomingMessage } from 'node:http';
import { type HttpResponse, json, type Logger } from '@studymate/runtime';
import { GraphQLError, type GraphQLSchema } from 'graphql';
import { z } from 'zod';
import type { GivenOperation } from '../../graphql-endpoint.ts';
import { parseJson, readBody, requireJson } from '../../plugins/read-body.ts';
import { refuseUnstorableText } from '../../plugins/unstorable-text.ts';
import type { ScalarTypes } from '../json-schema.ts';
import type { OperationFolder } from '../operation-folder.ts';
import { errorCodes, errorOf, type Message, messageSchema, RpcError, resultOf } from './json-rpc.ts';
import { createTools, failuresOf, type Tools } from './tool.ts';

export interface McpOptions {
  readonly name: string;
  readonly path: string;
  readonly errorInterface: string | null;
  readonly scalars: ScalarTypes;
  readonly bodyLimit: number;
  readonly folder: OperationFolder;
  readonly schema: () => GraphQLSchema;
  /** Runs an operation as the GraphQL endpoint would: who asks, limits, access and the log line are its own. */
  readonly run: (request: IncomingMessage, operation: GivenOperation) => Promise<HttpResponse>;
  readonly logger: Logger;
}

/** A server of the Model Context Protocol over streamable HTTP, without sessions. */
export interface McpServer {
  /** Null for a path that is not its own. */
  answer(request: IncomingMessage, path: string): Promise<HttpResponse> | null;
  /** Makes the tools again, of the present operations and schema. */
  refresh(): void;
}

const protocolVersions = ['2025-06-18', '2025-03-26'] as const;
const [latestVersion] = protocolVersions;

const isSupported = (version: unknown): boolean => protocolVersions.some((known) => known === version);

type Members = Readonly<Record<string, unknown>>;

const isRecord = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const callSchema = z.object({ name: z.string(), arguments: z.record(z.string(), z.unknown()).default({}) });

interface Call {
  readonly options: McpOptions;
  readonly tools: Tools;
  readonly request: IncomingMessage;
}

/** The result of a tool: data and errors as they are, and whether that is a success. */
function toolResult(answer: Members, failures: ReadonlySet<string>) {
  const roots = isRecord(answer.data) ? Object.values(answer.data) : [];
  const isFailure = roots.some((root) => isRecord(root) && failures.has(String(root.__typename)));
  const told = answer.errors === undefined ? answer.data : answer;
  return {
    content: [{ type: 'text', text: JSON.stringify(told) }],
    ...(isRecord(told) ? { structuredContent: told } : {}),
    isError: answer.errors !== undefined || isFailure,
  };
}

async function callTool({ options, tools, request }: Call, message: Message): Promise<HttpResponse> {
  const call = callSchema.safeParse(message.params);
  const tool = call.success ? tools.byName.get(call.data.name) : undefined;
  if (!call.success || !tool) throw new RpcError(errorCodes.invalidParams, 'There is no such tool.');
  const given = call.data.arguments;
  const unknown = Object.keys(given).find((name) => !tool.argumentNames.has(name));
  if (unknown !== undefined) {
    throw new RpcError(errorCodes.invalidParams, `The tool has no argument ${unknown.slice(0, 40)}.`);
  }
  const { body, name } = tool.operation;
  const response = await options.run(request, {
    query: body,
    ...(name === null ? {} : { operationName: name }),
    variables: given,
  });
  // Clients of the protocol ask for a new token when they see these as what they are.
  if (response.status === 401 || response.status === 429) {
    const headers = {
      ...response.headers,
      ...(response.status === 401 ? { 'www-authenticate': 'Bearer' } : {}),
    };
    return { ...response, headers };
  }
  const answer: unknown = JSON.parse(String(response.body));
  const failures = failuresOf(options.schema(), options.errorInterface);
  return resultOf(message.id ?? 0, toolResult(isRecord(answer) ? answer : {}, failures));
}

const initialize = ({ name }: McpOptions, params: Members = {}) => ({
  protocolVersion: isSupported(params.protocolVersion) ? params.protocolVersion : latestVersion,
  capabilities: { tools: {} },
  serverInfo: { name, version: '1.0.0' },
});

async function answerMessage(call: Call, message: Message): Promise<HttpResponse> {
  const { id, method, params } = message;
  if (id === undefined || method === undefined) return { status: 202, body: '' };
  if (method === 'initialize') return resultOf(id, initialize(call.options, params));
  if (method === 'ping') return resultOf(id, {});
  if (method === 'tools/list') {
    return resultOf(id, { tools: [...call.tools.byName.values()].map(({ listed }) => listed) });
  }
  if (method === 'tools/call') return callTool(call, message);
  throw new RpcError(errorCodes.methodNotFound, 'There is no such method.');
}

/** Browsers say where a page is from: pages of other places may not use a server that answers on this machine. */
function refuseForeign({ headers }: IncomingMessage): HttpResponse | null {
  const { origin, host } = headers;
  if (origin === undefined || (URL.canParse(origin) && new URL(origin).host === host)) return null;
  return errorOf(403, null, new RpcError(errorCodes.invalidRequest, 'This origin may not ask.'));
}

async function answerPost(call: Call): Promise<HttpResponse> {
  const { request, options } = call;
  let id: string | number | null = null;
  try {
    requireJson(request);
    const bytes = await readBody(request, options.bodyLimit);
    const body = parseJson(bytes);
    refuseUnstorableText(bytes, body);
    const version = request.headers['mcp-protocol-version'];
    const message = messageSchema.safeParse(body);
    if (!message.success || (version !== undefined && !isSupported(version))) {
      return errorOf(400, null, new RpcError(errorCodes.invalidRequest, 'The message is not understood.'));
    }
    id = message.data.id ?? null;
    return await answerMessage(call, message.data);
  } catch (error) {
    if (error instanceof RpcError) return errorOf(200, id, error);
    if (!(error instanceof GraphQLError)) throw error;
    const { http } = error.extensions;
    const status = isRecord(http) && typeof http.status === 'number' ? http.status : 400;
    return errorOf(status, id, new RpcError(errorCodes.parse, error.message));
  }
}

/** Serves the operations that clients have marked in `<client>.tools.json` as tools. */
export function createMcpServer(options: McpOptions): McpServer {
  const { folder, schema, scalars, path: ownPath, logger } = options;
  let tools: Tools = { byName: new Map(), problems: [] };
  const methodNotAllowed: HttpResponse = {
    ...json(405, { errors: [{ message: 'Send a POST.', extensions: { code: 'BAD_USER_INPUT' } }] }),
    headers: { allow: 'POST', 'content-type': 'application/json; charset=utf-8' },
  };
  return {
    refresh: () => {
      tools = createTools(folder, { schema: schema(), scalars });
      for (const problem of tools.problems) logger.error({ problem }, 'not a tool');
    },
    answer: (request, path) => {
      if (path !== ownPath) return null;
      const refused = refuseForeign(request) ?? (request.method === 'POST' ? null : methodNotAllowed);
      return refused ? Promise.resolve(refused) : answerPost({ options, tools, request });
    },
  };
}
