import type { Viewer } from '@studymate/contracts';
import type { Clock } from '@studymate/runtime';
import { createBoundedCache } from '../execution/bounded-cache.ts';
import { InvalidToken, type VerifiedToken } from './access-token.ts';
import type { SessionRevocations } from './session-revocations.ts';

/** Answers who a request's `Authorization` header speaks for; null for nobody. Rejects with InvalidToken. */
export type Identify = (authorization: string | undefined) => Promise<Viewer | null>;

const maxTokens = 10_000;

export interface IdentifyOptions {
  readonly verify: (token: string) => Promise<VerifiedToken>;
  readonly revocations: SessionRevocations;
  readonly leewaySeconds: number;
  readonly now: Clock;
}

/** Verifies each token once and remembers it until it expires; an ended session is refused whatever is remembered. */
export function createIdentify({ verify, revocations, leewaySeconds, now }: IdentifyOptions): Identify {
  const verified = createBoundedCache<VerifiedToken>(maxTokens);
  return async (authorization) => {
    if (authorization === undefined) return null;
    const token = /^Bearer +([\w-]+\.[\w-]+\.[\w-]*)$/i.exec(authorization)?.[1];
    if (token === undefined) throw new InvalidToken('No bearer token.');
    let known = verified.get(token);
    if (!known) {
      known = await verify(token);
      verified.set(token, known);
    }
    if (known.expiresAtMs + leewaySeconds * 1000 <= now().getTime()) {
      verified.delete(token);
      throw new InvalidToken('The token has expired.');
    }
    if (await revocations.isRevoked(known.viewer.sessionId)) throw new InvalidToken('The session has ended.');
    return known.viewer;
  };
}
