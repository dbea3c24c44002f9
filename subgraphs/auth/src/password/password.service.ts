import type { AccountMail, User } from '@studymate/database/auth';
import { parseInput } from '@studymate/subgraph-kit';
import { recordAct } from '../audit/audit.service.ts';
import type { Context } from '../context.ts';
import { requestMail } from '../mail/account-mail.service.ts';
import { hasSecondFactor } from '../mfa/second-factor.ts';
import { endSessionsOf, requireFreshProof } from '../session/session.service.ts';
import { invalidCredentials } from '../sign-in/invalid-credentials.ts';
import { admit, requirePassword, type SignInAnswer } from '../sign-in/sign-in.service.ts';
import { emailSchema } from '../user/email-address.ts';
import { getUser } from '../user/user.service.ts';
import { requireNewPassword } from './new-password.service.ts';
import type { HashedPassword } from './password-hasher.ts';

/** The new password's hash; throws VALIDATION when it breaks the rules for this user. */
async function hashNewPassword(context: Context, user: User, newPassword: string): Promise<HashedPassword> {
  const password = await requireNewPassword(context, newPassword, {
    path: 'newPassword',
    context: [user.displayName, user.email],
    hasSecondFactor: await hasSecondFactor(context, user.id),
  });
  return context.passwords.hash(password);
}

/** Stores the new password, ends the sessions that the old one opened, and tells the owner. Answers the ended ids. */
async function replacePassword(
  context: Context,
  user: User,
  { hashed, except }: { readonly hashed: HashedPassword; readonly except?: string },
): Promise<string[]> {
  await context.credentials.set(user.id, hashed, context.now());
  await requestMail(context, { kind: 'PASSWORD_CHANGED', recipient: user.email, user });
  const ended = await endSessionsOf(context, user.id, {
    reason: 'PASSWORD_CHANGED',
    ...(except !== undefined && { except }),
  });
  const act = except === undefined ? 'password.reset' : 'password.changed';
  await recordAct(context, { act, userId: user.id });
  return ended;
}

export interface PasswordChange {
  readonly currentPassword: string;
  readonly newPassword: string;
}

/** Ends every session but this one; throws INVALID_CREDENTIALS when the current password is wrong. */
export async function changePassword(context: Context, change: PasswordChange): Promise<void> {
  const session = await requireFreshProof(context);
  const { email } = await getUser(context, session.userId);
  const { user } = await requirePassword(context, { email, password: change.currentPassword });
  const hashed = await hashNewPassword(context, user, change.newPassword);
  const ended = await context.transaction((inner) =>
    replacePassword(inner, user, { hashed, except: session.id }),
  );
  await context.revocations.announce(ended);
}

/** Takes the same path for every address; the worker knows whether there is anybody to write to. */
export async function requestPasswordReset(context: Context, email: string): Promise<void> {
  const parsed = emailSchema.safeParse(email);
  if (!parsed.success) return;
  await context.transaction((inner) =>
    requestMail(inner, { kind: 'RESET_PASSWORD', recipient: parsed.data }),
  );
}

const isUsable = (mail: AccountMail | null, at: Date): mail is AccountMail =>
  mail?.kind === 'RESET_PASSWORD' &&
  !mail.usedAt &&
  !mail.supersededAt &&
  mail.expiresAt !== null &&
  mail.expiresAt > at;

/**
 * Sets a new password with a mailed token and lets the user in, past the second factor if there is one. A
 * password that breaks the rules does not use up the token.
 */
export async function resetPassword(
  context: Context,
  { token, newPassword }: { readonly token: string; readonly newPassword: string },
): Promise<SignInAnswer> {
  const mailId = context.tokens.findRowId('RESET_PASSWORD', token);
  const mail = mailId === null ? null : await context.mails.find(mailId);
  if (!isUsable(mail, context.now())) throw invalidCredentials();
  const user = await context.users.findByEmail(parseInput(emailSchema, 'email', mail.recipient));
  if (!user || user.disabledAt) throw invalidCredentials();

  const hashed = await hashNewPassword(context, user, newPassword);
  const ended = await context.transaction(async (inner) => {
    if (!(await inner.mails.consume(mail.id, 'RESET_PASSWORD', inner.now()))) throw invalidCredentials();
    return replacePassword(inner, user, { hashed });
  });
  await context.revocations.announce(ended);
  const { credential: _, ...account } = user;
  return admit(context, account, { method: 'PASSWORD', isMailed: true });
}
