import type { Viewer } from '@studymate/contracts';
import type { Clock } from '@studymate/runtime';
import { createBoundedCache } from '../execution/bounded-cache.ts';
import type { Eventually } from '../execution/eventually.ts';
import { InvalidToken, type VerifiedToken } from './access-token.ts';
import type { ApiKey, ApiKeys } from './api-keys.ts';
import type { SessionRevocations } from './session-revocations.ts';

/** What a request brings to say who sends it. */
export interface Credentials {
  readonly authorization: string | undefined;
  /** Of the header `x-api-key`; it counts where there is no `authorization`. */
  readonly apiKey: string | undefined;
  readonly ipAddress: string;
}

/** Who sends a request. */
export interface Identity {
  readonly viewer: Viewer | null;
  /** The plan that the token or key says; null for none. */
  readonly plan: string | null;
  /** The key that stands for the viewer; null where a token of the viewer's own does. */
  readonly apiKey: ApiKey | null;
}

/** Answers who credentials speak for. Throws or rejects with InvalidToken. */
export type Identify = (credentials: Credentials) => Eventually<Identity>;

export const nobody: Identity = { viewer: null, plan: null, apiKey: null };

const maxTokens = 10_000;

interface Remembered {
  readonly identity: Identity;
  /** When the token has expired, leeway included. */
  readonly untilMs: number;
}

export interface IdentifyOptions {
  readonly verify: (token: string) => Promise<VerifiedToken>;
  /** Null: there are no API keys. */
  readonly apiKeys: ApiKeys | null;
  readonly revocations: SessionRevocations;
  readonly leewaySeconds: number;
  readonly now: Clock;
}

const bearerOf = (authorization: string): string | null =>
  /^Bearer +([\w.-]+)$/i.exec(authorization)?.[1] ?? null;

const isTokenShaped = (text: string): boolean => /^[\w-]+\.[\w-]+\.[\w-]*$/.test(text);

/** Verifies each token once and remembers it until it expires; an ended session is refused whatever is remembered. */
export function createIdentify(options: IdentifyOptions): Identify {
  const { verify, apiKeys, revocations, leewaySeconds, now } = options;
  /** By the whole header, as it comes with every request. */
  const verified = createBoundedCache<Remembered>(maxTokens);

  const remember = (authorization: string, { viewer, plan, expiresAtMs }: VerifiedToken): Identity => {
    const identity = { viewer, plan, apiKey: null };
    verified.set(authorization, { identity, untilMs: expiresAtMs + leewaySeconds * 1000 });
    return identity;
  };

  const identify = ({ authorization, apiKey, ipAddress }: Credentials): Eventually<Identity> => {
    if (authorization === undefined && (apiKey === undefined || !apiKeys)) return nobody;
    const known = authorization === undefined ? undefined : verified.get(authorization);
    if (known && now().getTime() < known.untilMs) return known.identity;
    const given = authorization === undefined ? apiKey : bearerOf(authorization);
    if (given === undefined || given === null) throw new InvalidToken('No bearer token.');
    if (apiKeys?.isKey(given)) return apiKeys.verify(given, ipAddress);
    if (authorization === undefined || !isTokenShaped(given)) throw new InvalidToken('No bearer token.');
    if (known) {
      verified.delete(authorization);
      throw new InvalidToken('The token has expired.');
    }
    return verify(given).then((token) => remember(authorization, token));
  };

  const requireGoingOn = (identity: Identity): Eventually<Identity> => {
    const isRevoked = identity.viewer !== null && revocations.isRevoked(identity.viewer.sessionId);
    if (isRevoked === false) return identity;
    return Promise.resolve(isRevoked).then((hasEnded) => {
      if (hasEnded) throw new InvalidToken('The session has ended.');
      return identity;
    });
  };

  return (credentials) => {
    const identity = identify(credentials);
    return identity instanceof Promise ? identity.then(requireGoingOn) : requireGoingOn(identity);
  };
}
