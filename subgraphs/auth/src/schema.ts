import { buildSubgraph } from '@studymate/subgraph-kit';
import { accessTokenResolvers } from './access-token/access-token.resolvers.ts';
import { avatarResolvers } from './avatar/avatar.resolvers.ts';
import { dataExportResolvers } from './data-export/data-export.resolvers.ts';
import { erasureResolvers } from './erasure/erasure.resolvers.ts';
import { identityResolvers } from './identity/identity.resolvers.ts';
import { factorResolvers } from './mfa/factor.resolvers.ts';
import { partnerClientResolvers } from './partner-client/partner-client.resolvers.ts';
import { passkeyResolvers } from './passkey/passkey.resolvers.ts';
import { passwordResolvers } from './password/password.resolvers.ts';
import { registrationResolvers } from './registration/registration.resolvers.ts';
import { sessionResolvers } from './session/session.resolvers.ts';
import { signInResolvers } from './sign-in/sign-in.resolvers.ts';
import { userResolvers } from './user/user.resolvers.ts';

export const resolvers = [
  userResolvers,
  registrationResolvers,
  signInResolvers,
  sessionResolvers,
  passwordResolvers,
  factorResolvers,
  passkeyResolvers,
  identityResolvers,
  accessTokenResolvers,
  avatarResolvers,
  partnerClientResolvers,
  dataExportResolvers,
  erasureResolvers,
];

export const schema = buildSubgraph({ name: 'auth', resolvers });
