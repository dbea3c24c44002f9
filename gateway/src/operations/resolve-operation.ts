import { counter, type Logger } from '@studymate/runtime';
import type { OperationRules } from '../config-schema.ts';
import { createBoundedCache } from '../execution/bounded-cache.ts';
import { refusal } from '../plugins/read-body.ts';
import { createAutomaticQueries } from './automatic-queries.ts';
import { bareId, type RegisteredOperation } from './manifest.ts';
import { findAmong, type OperationRegistry } from './operation-registry.ts';
import { canonicalText } from './operation-text.ts';

/** A GraphQL request as it came: the members of a POST's body or the parameters of a GET. */
export interface AskedRequest {
  readonly [name: string]: unknown;
}

/**
 * Puts the operation's text in the place of an id, by the rules of the client. Throws a refusal for what the client
 * may not run.
 */
export type ResolveOperation = (client: string | null, asked: AskedRequest) => AskedRequest;

export interface ResolveOptions {
  readonly rules: OperationRules;
  readonly maxTokens: number | undefined;
  readonly registry: () => OperationRegistry;
  readonly logger: Logger;
}

interface AskedId {
  readonly value: string;
  readonly via: 'documentId' | 'hash';
}

const isRecord = (value: unknown): value is AskedRequest =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const maxLogged = 1_000;
const maxLoggedCharacters = 1_000_000;

const unregistered = counter({
  name: 'gateway_unregistered_operations_total',
  help: 'Requests for operations that their client has not registered.',
  labels: ['client', 'outcome'],
});

const idRequired = () =>
  refusal(400, 'PERSISTED_QUERY_REQUIRED', 'Only registered operations are answered, by their id.');
const registrationRequired = () =>
  refusal(400, 'PERSISTED_QUERY_REQUIRED', 'Only registered operations are answered.');

/** As Apollo's clients expect it (status 200): they send the text along the next time. */
const notFound = ({ via }: AskedId) =>
  refusal(via === 'hash' ? 200 : 400, 'PERSISTED_QUERY_NOT_FOUND', 'PersistedQueryNotFound');

/** Tells Apollo's clients to send texts only from now on. */
const notSupported = () => refusal(200, 'PERSISTED_QUERY_NOT_SUPPORTED', 'PersistedQueryNotSupported');

function askedIdOf(asked: AskedRequest): AskedId | null {
  if (typeof asked.documentId === 'string') return { value: asked.documentId, via: 'documentId' };
  const persisted = isRecord(asked.extensions) ? asked.extensions.persistedQuery : undefined;
  if (persisted === undefined || persisted === null) return null;
  if (!isRecord(persisted) || persisted.version !== 1 || typeof persisted.sha256Hash !== 'string') {
    throw refusal(400, 'BAD_USER_INPUT', 'Unsupported persisted query version');
  }
  return { value: persisted.sha256Hash, via: 'hash' };
}

/** The request with a text in the place of its id. */
function withText(asked: AskedRequest, query: string, name: string | null = null): AskedRequest {
  const { documentId: _id, extensions, ...rest } = asked;
  const { persistedQuery: _hash, ...others } = isRecord(extensions) ? extensions : {};
  return {
    ...rest,
    ...(Object.keys(others).length === 0 ? {} : { extensions: others }),
    ...((rest.operationName ?? name) === null ? {} : { operationName: rest.operationName ?? name }),
    query,
  };
}

const runRegistered = (asked: AskedRequest, { body, name }: RegisteredOperation): AskedRequest =>
  withText(asked, body, name);

/** Registered operations first, then what the mode of the client leaves open. */
export function createResolveOperation({
  rules,
  maxTokens,
  registry,
  logger,
}: ResolveOptions): ResolveOperation {
  const automatic = createAutomaticQueries(rules.automaticCache);
  const logged = createBoundedCache<true>(maxLogged, {
    weigh: (text) => text.length,
    most: maxLoggedCharacters,
  });
  const rulesOf = (client: string | null) => {
    const own = client !== null && Object.hasOwn(rules.clients, client) ? rules.clients[client] : undefined;
    const mode = own?.mode ?? rules.mode;
    const isClosed = mode === 'safelist' || mode === 'id-only';
    return {
      mode,
      label: own ? String(client) : 'other',
      automatic: !isClosed && (own?.automatic ?? rules.automatic),
    };
  };

  const findText = (client: string | null, source: string) => {
    const text = canonicalText(source, maxTokens);
    const found =
      text === null ? null : findAmong(registry().availableTo(client), (own) => own.findByText(text));
    return { text, found };
  };

  /** An id without a text: registered, or sent before. */
  const byId = (client: string | null, asked: AskedRequest, id: AskedId): AskedRequest => {
    const { automatic: isAutomatic, label } = rulesOf(client);
    const kept = isAutomatic && id.via === 'hash' ? automatic.find(bareId(id.value)) : null;
    if (kept !== null) return withText(asked, kept);
    unregistered.inc({ client: label, outcome: 'not-found' });
    const hasOperations = registry().availableTo(client).length > 0;
    throw id.via === 'documentId' || isAutomatic || hasOperations ? notFound(id) : notSupported();
  };

  /** A text, which may come with the hash to keep it under. */
  const byText = (client: string | null, asked: AskedRequest, source: string): AskedRequest => {
    const { mode, automatic: isAutomatic, label } = rulesOf(client);
    const id = askedIdOf(asked);
    if (mode === 'id-only') {
      unregistered.inc({ client: label, outcome: 'refused' });
      throw idRequired();
    }
    if (mode !== 'off') {
      const { text, found } = findText(client, source);
      if (found) return runRegistered(asked, found);
      unregistered.inc({ client: label, outcome: mode === 'safelist' ? 'refused' : 'answered' });
      if (mode === 'safelist') throw registrationRequired();
      if (text !== null && !logged.get(text)) {
        logged.set(text, true);
        logger.warn({ client, operation: source.slice(0, 2_000) }, 'operation is not registered');
      }
    }
    if (isAutomatic && id?.via === 'hash') automatic.keep(bareId(id.value), source);
    return id === null ? asked : withText(asked, source);
  };

  return (client, asked) => {
    const id = askedIdOf(asked);
    const registered =
      id && findAmong(registry().availableTo(client), (operations) => operations.find(id.value));
    if (registered) return runRegistered(asked, registered);
    if (typeof asked.query === 'string') return byText(client, asked, asked.query);
    return id ? byId(client, asked, id) : asked;
  };
}
