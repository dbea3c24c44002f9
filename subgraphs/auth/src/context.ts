import type { AuthDatabase } from '@studymate/database/auth';
import { createEnvelope, type Envelope, type FieldCipher } from '@studymate/database/encryption';
import {
  type Checkpoints,
  createPersonalData,
  type ErasureLedger,
  type PersonalData,
} from '@studymate/privacy';
import type { ObjectStore } from '@studymate/storage';
import { contextFactory, type SubgraphContext } from '@studymate/subgraph-kit';
import {
  type AccessTokenRepository,
  createAccessTokenRepository,
} from './access-token/access-token.repository.ts';
import { type AuditRepository, createAuditRepository } from './audit/audit.repository.ts';
import { type AvatarRepository, createAvatarRepository } from './avatar/avatar.repository.ts';
import type { Config } from './config.ts';
import {
  createDataExportRepository,
  type DataExportRepository,
} from './data-export/data-export.repository.ts';
import { createErasureRepository, type ErasureRepository } from './erasure/erasure.repository.ts';
import { createIdentityRepository, type IdentityRepository } from './identity/identity.repository.ts';
import type { Providers } from './identity/identity-provider.ts';
import type { Limiter } from './limit/limiter.ts';
import { type AccountMailRepository, createAccountMailRepository } from './mail/account-mail.repository.ts';
import type { Mailer } from './mail/mailer.ts';
import { type ChallengeRepository, createChallengeRepository } from './mfa/challenge.repository.ts';
import type { ChallengeTokens } from './mfa/challenge-token.ts';
import { createFactorRepository, type FactorRepository } from './mfa/factor.repository.ts';
import { createRecoveryCodeRepository, type RecoveryCodeRepository } from './mfa/recovery-code.repository.ts';
import {
  createPartnerClientRepository,
  type PartnerClientRepository,
} from './partner-client/partner-client.repository.ts';
import { createPasskeyRepository, type PasskeyRepository } from './passkey/passkey.repository.ts';
import {
  createPasskeyChallengeRepository,
  type PasskeyChallengeRepository,
} from './passkey/passkey-challenge.repository.ts';
import type { BreachedPasswords } from './password/breached-passwords.ts';
import { type CredentialRepository, createCredentialRepository } from './password/credential.repository.ts';
import type { PasswordHasher } from './password/password-hasher.ts';
import { personalTables } from './privacy/personal-tables.ts';
import {
  createRegistrationRepository,
  type RegistrationRepository,
} from './registration/registration.repository.ts';
import type { AddressData } from './risk/address-data.ts';
import type { KnownSessions } from './risk/known-sessions.ts';
import { type Origin, originOf } from './risk/origin.ts';
import {
  createSessionPlaceRepository,
  type SessionPlaceRepository,
} from './risk/session-place.repository.ts';
import type { AccessTokens } from './session/access-token.ts';
import type { Revocations } from './session/revocations.ts';
import { createSessionRepository, type SessionRepository } from './session/session.repository.ts';
import type { SigningKeys } from './session/signing-keys.ts';
import { createLoginEventRepository, type LoginEventRepository } from './sign-in/login-event.repository.ts';
import type { StuffingWatch } from './sign-in/stuffing.ts';
import type { TokenDeriver } from './token/derived-token.ts';
import { createUserRepository, type UserRepository } from './user/user.repository.ts';

/** What lives as long as the process. */
export interface Resources {
  readonly config: Config;
  readonly cipher: FieldCipher;
  readonly passwords: PasswordHasher;
  readonly breachedPasswords: BreachedPasswords;
  readonly tokens: TokenDeriver;
  readonly challengeTokens: ChallengeTokens;
  readonly accessTokens: AccessTokens;
  readonly signingKeys: SigningKeys;
  readonly limiter: Limiter;
  readonly stuffing: StuffingWatch;
  readonly addresses: AddressData;
  readonly knownSessions: KnownSessions;
  readonly revocations: Revocations;
  readonly mailer: Mailer;
  readonly providers: Providers;
  readonly objects: ObjectStore;
  readonly erasureLedger: ErasureLedger;
  readonly checkpoints: Checkpoints;
  /** Takes out of this domain's queues, and out of what Redis keeps, whatever names the user. */
  readonly forgetTracesOf: (userId: string) => Promise<void>;
  /** Keys hashes that nobody needs to reverse: devices, addresses under a limit, recovery codes. */
  readonly hashKey: string;
}

/** Everything one request may touch. */
export interface Context extends SubgraphContext<Context>, Resources {
  readonly origin: Origin;
  /** Seals what belongs to a user; `shred` makes all of theirs unreadable. */
  readonly envelope: Envelope;
  readonly users: UserRepository;
  readonly credentials: CredentialRepository;
  readonly registrations: RegistrationRepository;
  readonly mails: AccountMailRepository;
  readonly sessions: SessionRepository;
  readonly sessionPlaces: SessionPlaceRepository;
  readonly loginEvents: LoginEventRepository;
  readonly factors: FactorRepository;
  readonly recoveryCodes: RecoveryCodeRepository;
  readonly challenges: ChallengeRepository;
  readonly passkeys: PasskeyRepository;
  readonly passkeyChallenges: PasskeyChallengeRepository;
  readonly identities: IdentityRepository;
  readonly accessKeys: AccessTokenRepository;
  readonly personalData: PersonalData;
  readonly avatars: AvatarRepository;
  readonly partnerClients: PartnerClientRepository;
  readonly dataExports: DataExportRepository;
  readonly erasures: ErasureRepository;
  readonly audit: AuditRepository;
}

export const createContext = contextFactory<AuthDatabase, Resources, Context>((database, base, resources) => {
  const envelope = createEnvelope(database, resources.cipher);
  return {
    ...base,
    ...resources,
    origin: originOf(
      { ...base, country: resources.addresses.describe(base.ipAddress).place?.country ?? null },
      resources.hashKey,
    ),
    envelope,
    users: createUserRepository(database, {
      envelope,
      cipher: resources.cipher,
      changed: (id) => base.changes.entity('User', id),
    }),
    credentials: createCredentialRepository(database),
    registrations: createRegistrationRepository(database),
    mails: createAccountMailRepository(database),
    sessions: createSessionRepository(database, base.now),
    sessionPlaces: createSessionPlaceRepository(database),
    loginEvents: createLoginEventRepository(database),
    factors: createFactorRepository(database, envelope),
    recoveryCodes: createRecoveryCodeRepository(database),
    challenges: createChallengeRepository(database),
    passkeys: createPasskeyRepository(database),
    passkeyChallenges: createPasskeyChallengeRepository(database),
    identities: createIdentityRepository(database),
    accessKeys: createAccessTokenRepository(database),
    personalData: createPersonalData(database, personalTables),
    avatars: createAvatarRepository(database),
    partnerClients: createPartnerClientRepository(database),
    dataExports: createDataExportRepository(database),
    erasures: createErasureRepository(database),
    audit: createAuditRepository(database),
  };
});
