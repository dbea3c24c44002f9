import { forbidden, newRowId, wrongState } from '@studymate/contracts';
import { recordAct } from '../audit/audit.service.ts';
import type { Context } from '../context.ts';
import { requestMail } from '../mail/account-mail.service.ts';
import { requireFreshProof, requireLiveSession } from '../session/session.service.ts';
import { requirePassword } from '../sign-in/sign-in.service.ts';
import { canReadSecurityOf } from '../user/user.policy.ts';
import { getUser } from '../user/user.service.ts';

/** The password, from who has one; throws INVALID_CREDENTIALS. */
async function requireOwnPassword(context: Context, userId: string, password: string): Promise<void> {
  if (!(await context.credentials.exists(userId))) return;
  const { email } = await getUser(context, userId);
  await requirePassword(context, { email, password });
}

/**
 * Notes the wish to be forgotten, which is carried out after a grace. Asking again changes nothing. Throws
 * STEP_UP_REQUIRED without a fresh proof.
 */
export async function requestAccountDeletion(
  context: Context,
  password: string | null | undefined,
): Promise<void> {
  const { userId } = await requireFreshProof(context);
  await requireOwnPassword(context, userId, password ?? '');
  const requestedAt = context.now();
  const dueAt = new Date(requestedAt.getTime() + context.config.deletionGraceMs);
  await context.transaction(async (inner) => {
    if (!(await inner.erasures.create({ id: newRowId(), userId, requestedAt, dueAt }))) return;
    const user = await getUser(inner, userId);
    await requestMail(inner, { kind: 'DELETION_REQUESTED', recipient: user.email, user });
    await recordAct(inner, { act: 'account.deletion-requested', userId });
  });
}

/** Throws STATE when there is nothing to cancel. */
export async function cancelAccountDeletion(context: Context): Promise<void> {
  const { userId } = await requireLiveSession(context);
  await context.transaction(async (inner) => {
    if (!(await inner.erasures.cancel(userId, inner.now()))) {
      throw wrongState('No deletion of this account is waiting.', 'NOT_REQUESTED', ['REQUESTED']);
    }
    const user = await getUser(inner, userId);
    await requestMail(inner, { kind: 'DELETION_CANCELED', recipient: user.email, user });
    await recordAct(inner, { act: 'account.deletion-canceled', userId });
  });
}

/** When the account will be erased, or null. */
export async function findDeletionDueAt(context: Context, userId: string): Promise<Date | null> {
  if (!canReadSecurityOf(context.viewer, userId)) throw forbidden('see this');
  return (await context.erasures.findOpen(userId))?.dueAt ?? null;
}
