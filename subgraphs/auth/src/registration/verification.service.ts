import type { AccountMail, User } from '@studymate/database/auth';
import { recordAct } from '../audit/audit.service.ts';
import type { Context } from '../context.ts';
import { invalidCredentials } from '../sign-in/invalid-credentials.ts';
import { admit, type SignInAnswer } from '../sign-in/sign-in.service.ts';
import { announceProfile } from '../user/user.events.ts';
import { getUser } from '../user/user.service.ts';
import { accountsMade, createAccount } from './account.service.ts';

/** Makes the account of the registration that the token was mailed for. */
async function completeRegistration(context: Context, mailId: string): Promise<User> {
  const user = await context.transaction(async (inner) => {
    const mail = await inner.mails.consume(mailId, 'VERIFY_REGISTRATION', inner.now());
    const registration = mail?.registrationId ? await inner.registrations.find(mail.registrationId) : null;
    // The lock lets of two tokens for one address the second see what the first made.
    if (registration) await inner.users.lockEmail(registration.email);
    const isTaken = registration && (await inner.users.findByEmail(registration.email));
    if (!registration || registration.completedAt || isTaken) throw invalidCredentials();
    const { email, displayName, locale, timeZone, passwordHash: hash, pepperVersion } = registration;
    const made = await createAccount(inner, { email, displayName, locale, timeZone });
    await inner.credentials.set(made.id, { hash, pepperVersion }, inner.now());
    return made;
  });
  accountsMade.inc();
  return user;
}

async function moveAccount(context: Context, mail: AccountMail): Promise<User> {
  await context.users.lockEmail(mail.recipient);
  const isTaken = await context.users.findByEmail(mail.recipient);
  if (isTaken || mail.userId === null) throw invalidCredentials();
  const user = await getUser(context, mail.userId);
  const moved = user.disabledAt
    ? null
    : await context.users.update(user, { email: mail.recipient }, context.now());
  if (!moved) throw invalidCredentials();
  await announceProfile(context, moved);
  await recordAct(context, { act: 'address.changed', userId: moved.id });
  return moved;
}

/** Gives the account the address that the token was mailed to. */
const completeEmailChange = (context: Context, mailId: string): Promise<User> =>
  context.transaction(async (inner) => {
    const mail = await inner.mails.consume(mailId, 'VERIFY_NEW_EMAIL', inner.now());
    if (!mail) throw invalidCredentials();
    return moveAccount(inner, mail);
  });

/** Uses up a mailed token and signs the user in; throws INVALID_CREDENTIALS for any token that does not work. */
export async function verifyEmail(context: Context, token: string): Promise<SignInAnswer> {
  const ofRegistration = context.tokens.findRowId('VERIFY_REGISTRATION', token);
  if (ofRegistration !== null) {
    return admit(context, await completeRegistration(context, ofRegistration), {
      method: 'PASSWORD',
      isMailed: true,
    });
  }
  const ofNewEmail = context.tokens.findRowId('VERIFY_NEW_EMAIL', token);
  if (ofNewEmail === null) throw invalidCredentials();
  return admit(context, await completeEmailChange(context, ofNewEmail), {
    method: 'PASSWORD',
    isMailed: true,
  });
}
