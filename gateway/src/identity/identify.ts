import type { Viewer } from '@studymate/contracts';
import type { Clock } from '@studymate/runtime';
import { createBoundedCache } from '../execution/bounded-cache.ts';
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

/** Answers who credentials speak for. Rejects with InvalidToken. */
export type Identify = (credentials: Credentials) => Promise<Identity>;

export const nobody: Identity = { viewer: null, plan: null, apiKey: null };

const maxTokens = 10_000;

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
  const verified = createBoundedCache<VerifiedToken>(maxTokens);

  const identifyToken = async (token: string): Promise<Identity> => {
    let known = verified.get(token);
    if (!known) {
      known = await verify(token);
      verified.set(token, known);
    }
    if (known.expiresAtMs + leewaySeconds * 1000 <= now().getTime()) {
      verified.delete(token);
      throw new InvalidToken('The token has expired.');
    }
    return { viewer: known.viewer, plan: known.plan, apiKey: null };
  };

  const identify = async ({ authorization, apiKey, ipAddress }: Credentials): Promise<Identity> => {
    if (authorization === undefined && (apiKey === undefined || !apiKeys)) return nobody;
    const given = authorization === undefined ? apiKey : bearerOf(authorization);
    if (given === undefined || given === null) throw new InvalidToken('No bearer token.');
    if (apiKeys?.isKey(given)) return apiKeys.verify(given, ipAddress);
    if (authorization === undefined || !isTokenShaped(given)) throw new InvalidToken('No bearer token.');
    return identifyToken(given);
  };

  return async (credentials) => {
    const identity = await identify(credentials);
    if (identity.viewer && (await revocations.isRevoked(identity.viewer.sessionId)))
      throw new InvalidToken('The session has ended.');
    return identity;
  };
}
