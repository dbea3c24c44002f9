import jwt from 'jsonwebtoken';

const audience = 'studymate-mfa';
const issuer = 'studymate';
const algorithm = 'HS256';

const secondsOf = (date: Date) => Math.floor(date.getTime() / 1000);

/**
 * Tokens that name a waiting sign-in: JWTs under a secret and an audience of their own, so that no gateway takes
 * one for an access token and nothing else is taken for one of these.
 */
export function createChallengeTokens(secret: string) {
  return {
    issue: (
      challengeId: string,
      { at, expiresAt }: { readonly at: Date; readonly expiresAt: Date },
    ): string =>
      jwt.sign({ iat: secondsOf(at), exp: secondsOf(expiresAt) }, secret, {
        algorithm,
        audience,
        issuer,
        jwtid: challengeId,
      }),

    /** The challenge's id, or null when the token is not ours or over. */
    findChallengeId(token: string, at: Date): string | null {
      try {
        const clockTimestamp = secondsOf(at);
        const claims = jwt.verify(token, secret, {
          algorithms: [algorithm],
          audience,
          issuer,
          clockTimestamp,
        });
        return typeof claims === 'object' ? (claims.jti ?? null) : null;
      } catch {
        return null;
      }
    },
  };
}

export type ChallengeTokens = ReturnType<typeof createChallengeTokens>;
