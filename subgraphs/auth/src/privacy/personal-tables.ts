import type { DomainTables } from '@studymate/privacy';

const ofAddress = '(select "email" from "User" where "id" = $1)';
const ofPseudonym = '(select "pseudonym" from "AuditSubject" where "userId" = $1)';

/**
 * Every table of auth. A new table that stands in neither list fails the test beside. The audit log stays as it is: it
 * knows people by pseudonyms only, and once `AuditSubject` has lost one, nobody can tell whose it was.
 */
export const personalTables = {
  personal: {
    User: { by: 'id', objects: ['avatarKey'], cachedAs: 'User', withhold: ['phoneNumberIndex'] },
    DataKey: { by: 'ownerId', withhold: ['keyCipher'] },
    PasswordCredential: { by: 'userId', withhold: ['hash', 'pepperVersion'] },
    Session: { by: 'userId' },
    RefreshToken: { through: 'Session', column: 'sessionId' },
    SessionPlace: { through: 'Session', column: 'sessionId' },
    AccessToken: { by: 'userId' },
    LoginEvent: { by: 'userId' },
    TotpFactor: { by: 'userId', withhold: ['secretCipher', 'lastUsedStep'] },
    PasskeyFactor: { by: 'userId' },
    PasskeyChallenge: { by: 'userId' },
    ExternalIdentity: { by: 'userId' },
    ProviderSignIn: { through: 'Session', column: 'sessionId' },
    RecoveryCode: { by: 'userId', withhold: ['codeHash'] },
    MfaChallenge: { by: 'userId' },
    TimeZoneChange: { by: 'userId' },
    AvatarUpload: { by: 'userId', unexportedObjects: ['key'] },
    DataExport: { by: 'userId', withhold: ['folder', 'archiveKey'], unexportedObjects: ['archiveKey'] },
    DataExportPart: {
      through: 'DataExport',
      column: 'exportId',
      withhold: ['key'],
      unexportedObjects: ['key'],
    },
    AccountMail: { where: `"userId" = $1 or "recipient" = ${ofAddress}` },
    Registration: { where: `"email" = ${ofAddress}`, withhold: ['passwordHash', 'pepperVersion'] },
    PartnerClient: { by: 'createdById', anonymise: { createdById: null } },
    Erasure: { by: 'userId', anonymise: { userId: null } },
    ErasurePart: { through: 'Erasure', column: 'erasureId', anonymise: {} },
    AuditSubject: { by: 'userId' },
    AuditEntry: { where: `"subject" in ${ofPseudonym} or "actor" in ${ofPseudonym}`, anonymise: {} },
  },
  impersonal: {
    SigningKey: 'keys of the installation',
  },
} as const satisfies DomainTables;
