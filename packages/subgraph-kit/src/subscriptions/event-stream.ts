import { invalidInput } from '@studymate/contracts';
import type { HttpResponse, StreamTarget } from '@studymate/runtime';
import { json } from '@studymate/runtime';
import {
  createSourceEventStream,
  type DocumentNode,
  type ExecutionArgs,
  execute,
  GraphQLError,
  type GraphQLFormattedError,
  type GraphQLSchema,
  getOperationAST,
  parse,
  validate,
} from 'graphql';

const keepAliveMs = 15_000;

export interface EventStreamOptions<C extends object> {
  readonly schema: GraphQLSchema;
  /** A context of its own for the start and for each event: nothing read before is remembered. */
  readonly createContext: () => C;
  readonly formatError: (formatted: GraphQLFormattedError, error: unknown) => GraphQLFormattedError;
  /** Ends the stream when the process stops. */
  readonly stopped: AbortSignal;
}

interface SubscriptionRequest {
  readonly document: DocumentNode;
  readonly operationName: string | null;
  readonly variables: Record<string, unknown>;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const invalid = (message: string): GraphQLError =>
  new GraphQLError(message, { extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } });

/** The subscription that the body asks for, or what is wrong with it. */
function readRequest(schema: GraphQLSchema, body: unknown): SubscriptionRequest | readonly GraphQLError[] {
  if (!isRecord(body) || typeof body.query !== 'string')
    throw invalidInput(['query'], 'No operation.', 'required');
  const operationName = typeof body.operationName === 'string' ? body.operationName : null;
  try {
    const document = parse(body.query, { noLocation: true });
    if (getOperationAST(document, operationName)?.operation !== 'subscription') {
      return [new GraphQLError('No subscription.', { extensions: { code: 'BAD_USER_INPUT' } })];
    }
    const problems = validate(schema, document, undefined, { maxErrors: 5 });
    if (problems.length > 0) return problems.map(({ message }) => invalid(message));
    return { document, operationName, variables: isRecord(body.variables) ? body.variables : {} };
  } catch (error) {
    if (error instanceof GraphQLError) return [invalid(error.message)];
    throw error;
  }
}

async function sendEvents<C extends object>(
  target: StreamTarget,
  source: AsyncIterable<unknown>,
  run: { readonly args: ExecutionArgs; readonly options: EventStreamOptions<C> },
): Promise<void> {
  const { args, options } = run;
  for await (const rootValue of source) {
    const { data, errors } = await execute({ ...args, rootValue, contextValue: options.createContext() });
    const result = {
      ...(errors ? { errors: errors.map((error) => options.formatError(error.toJSON(), error)) } : {}),
      data,
    };
    await target.write(`event: next\ndata: ${JSON.stringify(result)}\n\n`);
  }
}

/**
 * Answers a subscription as server-sent events of GraphQL results, `complete` at its own end; errors at the start as
 * a plain result. A stream that ends without `complete` may be taken up again: the first event is the current state.
 */
export async function openEventStream<C extends object>(
  body: unknown,
  options: EventStreamOptions<C>,
): Promise<HttpResponse> {
  const request = readRequest(options.schema, body);
  const refuse = (errors: readonly GraphQLError[]) =>
    json(200, { errors: errors.map((error) => options.formatError(error.toJSON(), error)) });
  if (!('document' in request)) return refuse(request);
  const args: ExecutionArgs = {
    schema: options.schema,
    document: request.document,
    operationName: request.operationName,
    variableValues: request.variables,
    contextValue: options.createContext(),
  };
  const source = await createSourceEventStream(args);
  if (!(Symbol.asyncIterator in source)) return refuse(source.errors ?? []);
  const iterator = source[Symbol.asyncIterator]();
  return {
    status: 200,
    headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-store' },
    body: '',
    stream: async (target) => {
      const end = () => void iterator.return?.();
      target.closed.addEventListener('abort', end);
      options.stopped.addEventListener('abort', end);
      if (target.closed.aborted || options.stopped.aborted) end();
      const keepAlive = setInterval(() => void target.write(':\n\n'), keepAliveMs);
      try {
        await sendEvents(target, { [Symbol.asyncIterator]: () => iterator }, { args, options });
        if (!target.closed.aborted && !options.stopped.aborted)
          await target.write('event: complete\ndata:\n\n');
      } finally {
        clearInterval(keepAlive);
        options.stopped.removeEventListener('abort', end);
        end();
      }
    },
  };
}
