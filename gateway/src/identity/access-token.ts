import { authLevels, roles, scopes, type Viewer, viewerSchema } from '@studymate/contracts';
import type { Clock } from '@studymate/runtime';
import { decodeProtectedHeader, type JWTPayload, jwtVerify } from 'jose';
import { z } from 'zod';
import type { JsonWebKeys } from './json-web-keys.ts';

export interface TokenRules {
  readonly issuer: string;
  readonly audience: string;
  readonly algorithms: readonly string[];
  readonly leewaySeconds: number;
}

/** Who a token speaks for, and until when. */
export interface VerifiedToken {
  readonly viewer: Viewer;
  /** The plan that the issuer says the viewer has. */
  readonly plan: string | null;
  readonly expiresAtMs: number;
}

export class InvalidToken extends Error {
  override readonly name = 'InvalidToken';
}

const known = <T extends string>(values: readonly T[], given: readonly string[]): T[] =>
  values.filter((value) => given.includes(value));

const claimsSchema = z.object({
  sub: z.string().min(1),
  sid: z.string().min(1),
  exp: z.number(),
  roles: z.array(z.string()).default([]),
  scope: z.string().default(''),
  auth_level: z.enum(authLevels).default('PASSWORD'),
  email_verified: z.boolean().default(false),
  locale: z.string().default('en'),
  zoneinfo: z.string().default('UTC'),
  day_start: z.int().default(240),
  plan: z.string().nullable().default(null),
  /** Seconds, as OpenID Connect has it. */
  auth_time: z.int().positive().max(253_402_300_799).optional(),
});

function readClaims(payload: JWTPayload): VerifiedToken {
  const claims = claimsSchema.safeParse(payload);
  if (!claims.success) throw new InvalidToken('The token lacks claims.');
  const { data } = claims;
  const viewer = viewerSchema.parse({
    id: data.sub,
    roles: known(roles, data.roles),
    scopes: known(scopes, data.scope.split(' ')),
    sessionId: data.sid,
    authLevel: data.auth_level,
    emailVerified: data.email_verified,
    locale: data.locale,
    timeZone: data.zoneinfo,
    dayStartMinutes: data.day_start,
    ...(data.auth_time !== undefined && { provenAt: new Date(data.auth_time * 1000).toISOString() }),
  });
  return { viewer, plan: data.plan, expiresAtMs: data.exp * 1000 };
}

/** Tokens longer than this are no tokens of ours. */
const maxTokenLength = 8_192;

/**
 * Verifies access tokens (RFC 9068 by RFC 8725): pinned algorithms, keys by id from our own key set only, issuer,
 * audience, type and times. Rejects with InvalidToken.
 */
export function createTokenVerifier(rules: TokenRules, keys: JsonWebKeys, now: Clock) {
  return async (token: string): Promise<VerifiedToken> => {
    if (token.length > maxTokenLength) throw new InvalidToken('The token is too long.');
    try {
      const { alg, kid, typ } = decodeProtectedHeader(token);
      if (alg === undefined || !rules.algorithms.includes(alg))
        throw new InvalidToken('The algorithm is not ours.');
      if (typ?.toLowerCase().replace(/^application\//, '') !== 'at+jwt')
        throw new InvalidToken('No access token.');
      const key = kid === undefined ? null : await keys.find(kid);
      if (!key) throw new InvalidToken('The key is not known.');
      const { payload } = await jwtVerify(token, key, {
        algorithms: [...rules.algorithms],
        issuer: rules.issuer,
        audience: rules.audience,
        clockTolerance: rules.leewaySeconds,
        currentDate: now(),
        requiredClaims: ['exp', 'sub', 'sid'],
      });
      return readClaims(payload);
    } catch (error) {
      if (error instanceof InvalidToken) throw error;
      throw new InvalidToken('The token is not valid.', { cause: error });
    }
  };
}
