import { parseInput } from '@studymate/subgraph-kit';
import { recordAct } from '../audit/audit.service.ts';
import type { Context } from '../context.ts';
import { requestMail } from '../mail/account-mail.service.ts';
import { requireFreshProof } from '../session/session.service.ts';
import { requirePassword } from '../sign-in/sign-in.service.ts';
import { emailSchema } from './email-address.ts';
import { getUser } from './user.service.ts';

/**
 * Sends a token to the new address and a notice to the old one. Says nothing about whether the new address has an
 * account; throws INVALID_CREDENTIALS when the password is wrong.
 */
export async function changeEmail(
  context: Context,
  { newEmail, password }: { readonly newEmail: string; readonly password: string },
): Promise<void> {
  const session = await requireFreshProof(context);
  const recipient = parseInput(emailSchema, 'newEmail', newEmail);
  const { email } = await getUser(context, session.userId);
  const { user } = await requirePassword(context, { email, password });
  await context.transaction(async (inner) => {
    await requestMail(inner, { kind: 'VERIFY_NEW_EMAIL', recipient, user });
    await requestMail(inner, { kind: 'EMAIL_CHANGED', recipient: email, user });
    await recordAct(inner, { act: 'address.change-requested', userId: user.id });
  });
}
