import type { AuthClient } from '@studymate/database/auth';
import { createFieldCipher } from '@studymate/database/encryption';
import { forgetMentions } from '@studymate/jobs';
import { createCheckpoints, createErasureLedger } from '@studymate/privacy';
import { readEnv, redisUrlOf } from '@studymate/runtime';
import { connectObjectStore } from '@studymate/storage';
import type { Redis } from 'ioredis';
import { configSchema, readSecrets } from './config.ts';
import type { Resources } from './context.ts';
import { forgetKeys } from './erasure/forget-keys.ts';
import { createProviders } from './identity/providers.ts';
import { createLimiter } from './limit/limiter.ts';
import { type Mailer, noMailer } from './mail/mailer.ts';
import { createChallengeTokens } from './mfa/challenge-token.ts';
import { createBreachedPasswords } from './password/breached-passwords.ts';
import { createPasswordHasher } from './password/password-hasher.ts';
import { type AddressData, noAddressData } from './risk/address-data.ts';
import { createKnownSessions } from './risk/known-sessions.ts';
import { createAccessTokens } from './session/access-token.ts';
import { createRevocations } from './session/revocations.ts';
import { createSigningKeyRepository } from './session/signing-key.repository.ts';
import { createSigningKeys } from './session/signing-keys.ts';
import { createStuffingWatch } from './sign-in/stuffing.ts';
import { createTokenDeriver } from './token/derived-token.ts';

export interface Connections {
  readonly database: AuthClient;
  readonly redis: Redis;
  readonly mailer?: Mailer;
  /** Read by the server alone: it takes 50 MB. */
  readonly addresses?: AddressData;
}

/** All that requests share, over the process's connections and its environment. */
export function createResources(
  { database, redis, mailer = noMailer, addresses = noAddressData }: Connections,
  env: NodeJS.ProcessEnv = process.env,
): Resources {
  const secrets = readSecrets(env);
  const cipher = createFieldCipher(env);
  const signingKeys = createSigningKeys(createSigningKeyRepository(database), cipher);
  const config = readEnv(configSchema, env);
  const objects = connectObjectStore(env);
  const knownSessions = createKnownSessions(redis);
  return {
    config,
    cipher,
    signingKeys,
    accessTokens: createAccessTokens(signingKeys),
    passwords: createPasswordHasher(secrets.peppers),
    breachedPasswords: createBreachedPasswords(config.breachedPasswordsUrl),
    tokens: createTokenDeriver(secrets.tokens),
    challengeTokens: createChallengeTokens(secrets.challenges),
    limiter: createLimiter(redis),
    stuffing: createStuffingWatch(redis, config.limits.stuffing),
    addresses,
    knownSessions,
    revocations: createRevocations(redis, knownSessions),
    mailer,
    providers: createProviders(config.providers),
    objects,
    erasureLedger: createErasureLedger(objects, env),
    checkpoints: createCheckpoints(objects, env),
    forgetTracesOf: async (userId) => {
      await forgetMentions({ domain: 'auth', redisUrl: redisUrlOf(env), text: userId });
      await forgetKeys(redis, userId);
    },
    hashKey: secrets.hashes,
  };
}
