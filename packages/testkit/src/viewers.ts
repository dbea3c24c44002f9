import { newId, newRowId, type Role, type Scope, scopesOfRoles, type Viewer } from '@studymate/contracts';

export interface ViewerOptions extends Partial<Omit<Viewer, 'scopes' | 'roles'>> {
  readonly roles?: readonly Role[];
  /** Beyond those of the roles. */
  readonly scopes?: readonly Scope[];
}

/** A learner nobody has met before, who has just signed in. */
export function someViewer({ roles = ['LEARNER'], scopes = [], ...rest }: ViewerOptions = {}): Viewer {
  return {
    id: newId('User'),
    roles: [...roles],
    scopes: [...new Set([...scopesOfRoles(roles), ...scopes])],
    sessionId: newId('Session'),
    authLevel: 'PASSWORD',
    emailVerified: true,
    locale: 'en',
    timeZone: 'Asia/Seoul',
    dayStartMinutes: 240,
    provenAt: new Date().toISOString(),
    ...rest,
  };
}

/** A client key that was never used. */
export const someKey = (): string => newRowId();
