/** Every scope that the SDL may demand with `@requiresScopes`. */
export const scopes = [
  'user:read',
  'study:read',
  'study:write',
  'quiz:take',
  'quiz:author',
  'quiz:grade',
  'billing:admin',
  'notification:admin',
  'ai:use',
  'ai:admin',
  'admin:users',
  'operations:write',
] as const;

export type Scope = (typeof scopes)[number];

/** Every policy that the SDL may name with `@policy`. */
export const policies = ['self_or_admin'] as const;

export type Policy = (typeof policies)[number];

export const roles = ['LEARNER', 'AUTHOR', 'ADMIN', 'SUPPORT'] as const;

export type Role = (typeof roles)[number];

const learnerScopes: readonly Scope[] = ['study:read', 'study:write', 'quiz:take', 'ai:use'];
const authorScopes: readonly Scope[] = [...learnerScopes, 'quiz:author', 'quiz:grade'];

/** What each role is allowed to do; a viewer holds the union over its roles. */
export const scopesOfRole: Readonly<Record<Role, readonly Scope[]>> = {
  LEARNER: learnerScopes,
  AUTHOR: authorScopes,
  ADMIN: scopes,
  SUPPORT: ['user:read'],
};

/** The scopes a holder of `held` roles has, each once, in the order of `scopes`. */
export const scopesOfRoles = (held: readonly Role[]): Scope[] =>
  scopes.filter((scope) => held.some((role) => scopesOfRole[role].includes(scope)));

/**
 * Root fields that anybody may ask without signing in. A root field that neither carries an access
 * directive nor stands here does not compose.
 */
export const publicFields: readonly string[] = [
  'Query.viewer',
  'Query.plans',
  'Query.node',
  'Query.nodes',
  'Mutation.register',
  'Mutation.signIn',
  'Mutation.completeMfa',
  'Mutation.refreshSession',
  'Mutation.requestPasswordReset',
  'Mutation.resetPassword',
  'Mutation.verifyEmail',
  'Mutation.resendVerification',
  'Mutation.beginProviderSignIn',
  'Mutation.signInWithProvider',
  'Mutation.beginPasskeySignIn',
  'Mutation.finishPasskeySignIn',
  'Mutation.unsubscribe',
];

/** Entities that subgraphs resolve by reference for anonymous callers too. */
export const publicEntities: readonly string[] = ['Plan', 'Price'];
