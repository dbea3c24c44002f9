import type { Clock, Logger } from '@studymate/runtime';
import type { Config } from '../config.ts';
import type { Upstream } from '../upstream.ts';
import { createTokenVerifier } from './access-token.ts';
import { createApiKeys } from './api-keys.ts';
import { createIdentify, type Identify, nobody } from './identify.ts';
import { createJsonWebKeys, type JsonWebKeys } from './json-web-keys.ts';
import { createRequestRisk, type RequireTrust, trustEverybody } from './request-risk.ts';
import { createRiskAssessor } from './risk-assessor.ts';
import { createSessionRevocations, noRevocations, type SessionRevocations } from './session-revocations.ts';

export interface IdentityParts {
  readonly identify: Identify;
  readonly keys: JsonWebKeys | null;
  readonly revocations: SessionRevocations;
  readonly requireTrust: RequireTrust;
}

interface IdentityOptions {
  readonly locate: (upstream: Upstream) => string | null;
  readonly holdAddress: (ipAddress: string) => Promise<void>;
  readonly logger: Logger;
  readonly now: Clock;
}

/** Without an identity provider nobody is anybody: tokens are not looked at. */
export function createIdentity(config: Config, options: IdentityOptions): IdentityParts {
  const { identity, redisUrl, sessions, secret, risk } = config;
  if (identity === false)
    return {
      identify: async () => nobody,
      keys: null,
      revocations: noRevocations,
      requireTrust: trustEverybody,
    };
  const { locate, logger, now, holdAddress } = options;
  const keys = createJsonWebKeys({ logger, now, url: () => config.jwksUrl ?? locate(identity.jwks) });
  const revocations =
    redisUrl === null || !sessions ? noRevocations : createSessionRevocations(redisUrl, logger);
  const { apiKeys, leewaySeconds } = identity;
  const identify = createIdentify({
    verify: createTokenVerifier(identity, keys, now),
    apiKeys: apiKeys
      ? createApiKeys({
          prefix: apiKeys.prefix,
          url: () => locate(apiKeys.verify),
          secret,
          holdAddress,
          now,
          logger,
        })
      : null,
    revocations,
    leewaySeconds,
    now,
  });
  const requireTrust =
    risk === false
      ? trustEverybody
      : createRequestRisk(risk, createRiskAssessor({ assess: risk.assess, locate, secret, logger }));
  return { identify, keys, revocations, requireTrust };
}
