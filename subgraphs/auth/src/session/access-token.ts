import { newRowId, scopesOfRoles } from '@studymate/contracts';
import type { Session, User } from '@studymate/database/auth';
import { SignJWT } from 'jose';
import type { SigningKeys } from './signing-keys.ts';

export const accessTokenSeconds = 600;
export const issuer = 'studymate';
export const audience = 'studymate-api';

export interface AccessTokenRequest {
  readonly user: User;
  readonly session: Session;
  readonly at: Date;
}

/**
 * Issues access tokens: JWTs of type `at+jwt` (RFC 9068) signed with EdDSA, good for 10 minutes, that carry
 * what the gateway vouches for to the subgraphs.
 */
export function createAccessTokens(keys: SigningKeys) {
  return {
    async issue({ user, session, at }: AccessTokenRequest): Promise<{ token: string; expiresAt: Date }> {
      const { keyId, privateKey } = await keys.signer(at);
      const issuedAt = Math.floor(at.getTime() / 1000);
      const token = await new SignJWT({
        sid: session.id,
        roles: user.roles,
        scope: scopesOfRoles(user.roles).join(' '),
        auth_level: session.authLevel,
        auth_time: Math.floor(session.provenAt.getTime() / 1000),
        email_verified: true,
        locale: user.locale,
        zoneinfo: user.timeZone,
        day_start: user.dayStartMinutes,
        ...(user.planCode === null ? {} : { plan: user.planCode }),
      })
        .setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', kid: keyId })
        .setIssuer(issuer)
        .setAudience(audience)
        .setSubject(user.id)
        .setJti(newRowId())
        .setIssuedAt(issuedAt)
        .setExpirationTime(issuedAt + accessTokenSeconds)
        .sign(privateKey);
      return { token, expiresAt: new Date((issuedAt + accessTokenSeconds) * 1000) };
    },
  };
}

export type AccessTokens = ReturnType<typeof createAccessTokens>;
