import { invalidInput } from '@studymate/contracts';
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
import { createKnownDocuments, type KnownDocuments } from '../known-documents.ts';

export interface SourceOptions<C extends object> {
  readonly schema: GraphQLSchema;
  /** A context of its own for the start and for each event: nothing read before is remembered. */
  readonly createContext: () => C;
  readonly formatError: (formatted: GraphQLFormattedError, error: unknown) => GraphQLFormattedError;
}

type Result = Record<string, unknown>;

/** The events of a subscription, or the plain result that says why there are none. */
export type SourceEvents =
  | { readonly kind: 'refused'; readonly result: Result }
  | {
      readonly kind: 'events';
      /** The next event as a GraphQL result; null when there will be no more. */
      readonly next: () => Promise<Result | null>;
      readonly end: () => void;
    };

interface Subscription {
  readonly document: DocumentNode;
  readonly operationName: string | null;
  readonly variables: Record<string, unknown>;
}

/** Documents that were valid: many subscribers follow the same few. */
const knownDocuments = new WeakMap<GraphQLSchema, KnownDocuments>();

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const invalid = (message: string): GraphQLError =>
  new GraphQLError(message, { extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } });

/** Parses and validates, each text once. */
function readDocument(schema: GraphQLSchema, text: string): DocumentNode | readonly GraphQLError[] {
  const known = knownDocuments.get(schema) ?? createKnownDocuments();
  knownDocuments.set(schema, known);
  const before = known.find(text);
  if (before) return before;
  const document = parse(text, { noLocation: true });
  const problems = validate(schema, document, undefined, { maxErrors: 5 });
  if (problems.length > 0) return problems.map(({ message }) => invalid(message));
  known.remember(text, document);
  return document;
}

/** The subscription that the body asks for, or what is wrong with it. */
function readSubscription(schema: GraphQLSchema, body: unknown): Subscription | readonly GraphQLError[] {
  if (!isRecord(body) || typeof body.query !== 'string')
    throw invalidInput(['query'], 'No operation.', 'required');
  const operationName = typeof body.operationName === 'string' ? body.operationName : null;
  try {
    const document = readDocument(schema, body.query);
    if (!('kind' in document)) return document;
    if (getOperationAST(document, operationName)?.operation !== 'subscription') {
      return [new GraphQLError('No subscription.', { extensions: { code: 'BAD_USER_INPUT' } })];
    }
    return { document, operationName, variables: isRecord(body.variables) ? body.variables : {} };
  } catch (error) {
    if (error instanceof GraphQLError) return [invalid(error.message)];
    throw error;
  }
}

/** Starts the subscription that a request's body asks for. An event is worked out when it is asked for. */
export async function startSource<C extends object>(
  body: unknown,
  { schema, createContext, formatError }: SourceOptions<C>,
): Promise<SourceEvents> {
  const present = (errors: readonly GraphQLError[]) =>
    errors.map((error) => formatError(error.toJSON(), error));
  const subscription = readSubscription(schema, body);
  if (!('document' in subscription)) return { kind: 'refused', result: { errors: present(subscription) } };
  const { document, operationName, variables: variableValues } = subscription;
  const shared: ExecutionArgs = { schema, document, operationName, variableValues };
  const source = await createSourceEventStream({ ...shared, contextValue: createContext() });
  if (!(Symbol.asyncIterator in source)) {
    return { kind: 'refused', result: { errors: present(source.errors ?? []) } };
  }
  const iterator = source[Symbol.asyncIterator]();
  return {
    kind: 'events',
    next: async () => {
      const { done, value } = await iterator.next();
      if (done) return null;
      const { data, errors } = await execute({ ...shared, rootValue: value, contextValue: createContext() });
      return { ...(errors ? { errors: present(errors) } : {}), data };
    },
    end: () => void iterator.return?.(),
  };
}
