import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Account } from './account.ts';
import { StripeFault } from './errors.ts';
import { type FormFields, parseForm } from './form.ts';
import { catalogRoutes } from './resources/catalog.ts';
import { checkoutRoutes } from './resources/checkout.ts';
import { customerRoutes } from './resources/customer.ts';
import { eventRoutes } from './resources/event.ts';
import { expand } from './resources/expand.ts';
import { invoiceRoutes } from './resources/invoice.ts';
import { paymentMethodRoutes } from './resources/payment-method.ts';
import { portalRoutes } from './resources/portal.ts';
import { subscriptionRoutes } from './resources/subscription.ts';
import type { Route, Routes } from './routing.ts';

const routes: Routes = {
  ...customerRoutes,
  ...catalogRoutes,
  ...paymentMethodRoutes,
  ...checkoutRoutes,
  ...subscriptionRoutes,
  ...invoiceRoutes,
  ...portalRoutes,
  ...eventRoutes,
};

export interface ApiRequest {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly replayed?: boolean;
}

const replayMs = 24 * 3600_000;

/** Answers one API call: checks the key, replays a known Idempotency-Key, finds the route, presents failures. */
export function answerApi(account: Account, request: ApiRequest): Answer {
  const key = request.headers['idempotency-key'];
  try {
    requireKey(request.headers.authorization);
    const replay = typeof key === 'string' ? findReplay(account, key, request) : null;
    if (replay) return replay;
    const answer = { status: 200, body: JSON.stringify(run(account, request)) };
    remember(account, request, answer);
    return answer;
  } catch (error) {
    if (!(error instanceof StripeFault)) throw error;
    const answer = { status: error.status, body: JSON.stringify(error.body) };
    // As with Stripe, a declined card is a result that is kept; a request that was refused at once is not.
    if (error.status === 402) remember(account, request, answer);
    return answer;
  }
}

function requireKey(authorization: string | undefined): void {
  if (/^Bearer (sk|rk)_test_\w+$/.test(authorization ?? '')) return;
  const message = authorization
    ? 'Invalid API Key provided: the stand-in takes any key that starts with sk_test_.'
    : 'You did not provide an API key.';
  throw new StripeFault(401, message, { type: 'invalid_request_error' });
}

function run(account: Account, { method, path, query, body }: ApiRequest): object {
  const { route, id } = findRoute(method, path);
  const { expand: wanted, ...fields } = parseForm(method === 'POST' ? body : query);
  return expand(account, route.answer(account, id, fields), pathsOf(wanted));
}

const pathsOf = (wanted: FormFields[string] | undefined) =>
  Array.isArray(wanted) ? wanted.filter((path) => typeof path === 'string') : [];

function findRoute(method: string, path: string): { route: Route; id: string } {
  const exact = routes[`${method} ${path}`];
  if (exact) return { route: exact, id: '' };
  for (const [name, route] of Object.entries(routes)) {
    const pattern = new RegExp(`^${name.replace(':id', '([\\w-]+)')}$`);
    const id = pattern.exec(`${method} ${path}`)?.[1];
    if (id) return { route, id };
  }
  throw new StripeFault(404, `Unrecognized request URL (${method}: ${path}).`, {
    type: 'invalid_request_error',
  });
}

const fingerprintOf = ({ method, path, body }: ApiRequest) =>
  createHash('sha256').update(`${method} ${path}\n${body}`).digest('base64url');

function findReplay(account: Account, key: string, request: ApiRequest): Answer | null {
  const replay = account.state.replays[key];
  if (!replay || replay.savedAt < Date.now() - replayMs) return null;
  if (replay.fingerprint === fingerprintOf(request)) {
    return { status: replay.status, body: replay.body, replayed: true };
  }
  throw new StripeFault(
    400,
    'Keys for idempotent requests can only be used with the same parameters they were first used with.',
    { type: 'idempotency_error' },
  );
}

function remember(account: Account, request: ApiRequest, answer: Answer): void {
  const key = request.headers['idempotency-key'];
  if (request.method !== 'POST' || typeof key !== 'string') return;
  const { replays } = account.state;
  for (const [old, { savedAt }] of Object.entries(replays)) {
    if (savedAt >= Date.now() - replayMs) break;
    delete replays[old];
  }
  replays[key] = { ...answer, fingerprint: fingerprintOf(request), savedAt: Date.now() };
}
