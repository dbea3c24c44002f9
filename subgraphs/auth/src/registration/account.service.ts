import { newId } from '@studymate/contracts';
import type { User } from '@studymate/database/auth';
import { counter } from '@studymate/runtime';
import { recordAct } from '../audit/audit.service.ts';
import type { Context } from '../context.ts';
import { announceUser } from '../user/user.events.ts';

/** Counted once the account is committed. */
export const accountsMade = counter({ name: 'user_registrations_total', help: 'Accounts made.' });

export interface NewAccount {
  readonly email: string;
  readonly displayName: string;
  readonly locale: string;
  readonly timeZone: string;
}

/** Makes the account of a verified address. Call it with the address locked and known to be free. */
export async function createAccount(context: Context, account: NewAccount): Promise<User> {
  const at = context.now();
  const user = await context.users.create({ id: newId('User'), ...account, roles: ['LEARNER'], at });
  await context.registrations.completeAllOf(account.email, at);
  await announceUser(context, user);
  await recordAct(context, { act: 'account.created', userId: user.id });
  return user;
}
