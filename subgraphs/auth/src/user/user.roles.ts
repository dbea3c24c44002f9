import { conflict, invalidInput, type Role } from '@studymate/contracts';
import type { User } from '@studymate/database/auth';
import { parseInput, requireViewer } from '@studymate/subgraph-kit';
import { z } from 'zod';
import { recordAct } from '../audit/audit.service.ts';
import type { Context } from '../context.ts';
import { requestMail } from '../mail/account-mail.service.ts';
import { endSessionsOf } from '../session/session.service.ts';
import type { ProfileChanges } from './user.repository.ts';
import { getUser } from './user.service.ts';

const reasonSchema = z.string().trim().min(1).max(500);

async function changeAccount(context: Context, userId: string, changes: ProfileChanges): Promise<User> {
  if (requireViewer(context).id === userId) {
    throw invalidInput(['userId'], 'Administrators cannot do this to themselves.', 'self');
  }
  const user = await getUser(context, userId);
  const updated = await context.users.update(user, changes, context.now());
  if (!updated) throw conflict('The account was changed in the meantime.');
  return updated;
}

/** Replaces the roles; the user's sessions end, so that tokens with the old scopes are worth nothing. */
export async function setUserRoles(context: Context, userId: string, roles: readonly Role[]): Promise<User> {
  const wanted = [...new Set(roles)];
  if (wanted.length === 0) throw invalidInput(['roles'], 'roles: name at least one', 'min_length');
  const { user, ended } = await context.transaction(async (inner) => {
    const changed = {
      user: await changeAccount(inner, userId, { roles: wanted }),
      ended: await endSessionsOf(inner, userId, { reason: 'ROLES_CHANGED' }),
    };
    const details = { roles: wanted.toSorted().join(' ') };
    await recordAct(inner, { act: 'account.roles-changed', userId, details });
    return changed;
  });
  await context.revocations.announce(ended);
  return user;
}

/** Shuts the account: its sessions end, it cannot sign in, and its owner is told. */
export async function disableUser(context: Context, userId: string, reason: string): Promise<void> {
  const disabledReason = parseInput(reasonSchema, 'reason', reason);
  const ended = await context.transaction(async (inner) => {
    const user = await changeAccount(inner, userId, { disabledAt: inner.now(), disabledReason });
    await requestMail(inner, { kind: 'ACCOUNT_DISABLED', recipient: user.email, user });
    const sessions = await endSessionsOf(inner, userId, { reason: 'DISABLED' });
    await recordAct(inner, { act: 'account.disabled', userId });
    return sessions;
  });
  await context.revocations.announce(ended);
}

export async function enableUser(context: Context, userId: string): Promise<void> {
  await context.transaction(async (inner) => {
    await changeAccount(inner, userId, { disabledAt: null, disabledReason: null });
    await recordAct(inner, { act: 'account.enabled', userId });
  });
}
