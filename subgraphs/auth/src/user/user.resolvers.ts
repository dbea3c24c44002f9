import type { Resolvers } from '../__generated__/resolvers.ts';
import { listAccessTokensOf } from '../access-token/access-token.service.ts';
import { acknowledged } from '../acknowledgement.ts';
import { listIdentitiesOf } from '../identity/identity.service.ts';
import { listFactorsOf } from '../mfa/factor.service.ts';
import { countRecoveryCodesOf } from '../mfa/recovery-code.service.ts';
import { listSessionsOf } from '../session/session.service.ts';
import { listLoginEventsOf } from '../sign-in/login-event.service.ts';
import { updateProfile } from './user.profile.ts';
import { disableUser, enableUser, setUserRoles } from './user.roles.ts';
import { findUser, findViewer, listUsers } from './user.service.ts';

export const userResolvers = {
  Query: {
    viewer: (_root, _args, context) => findViewer(context),
    user: (_root, { id }, context) => findUser(context, id),
    users: (_root, search, context) => listUsers(context, search),
  },
  Mutation: {
    updateProfile: (_root, { input }, context) => updateProfile(context, input),
    setUserRoles: (_root, { userId, roles }, context) => setUserRoles(context, userId, roles),
    disableUser: (_root, { userId, reason }, context) => acknowledged(disableUser(context, userId, reason)),
    enableUser: (_root, { userId }, context) => acknowledged(enableUser(context, userId)),
  },
  User: {
    __resolveReference: ({ id }, context) => findUser(context, id),
    phoneNumber: (user, _args, context) => context.users.personal(user, 'phoneNumber'),
    birthDate: (user, _args, context) => context.users.personal(user, 'birthDate'),
    emailVerified: () => true,
    sessions: (user, slice, context) => listSessionsOf(context, user.id, slice),
    loginHistory: (user, slice, context) => listLoginEventsOf(context, user.id, slice),
    mfaFactors: (user, _args, context) => listFactorsOf(context, user.id),
    identities: (user, _args, context) => listIdentitiesOf(context, user.id),
    accessTokens: (user, _args, context) => listAccessTokensOf(context, user.id),
    recoveryCodesLeft: (user, _args, context) => countRecoveryCodesOf(context, user.id),
  },
} satisfies Resolvers;
