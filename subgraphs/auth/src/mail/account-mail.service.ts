import { newRowId } from '@studymate/contracts';
import type { AccountMail, AccountMailKind, User } from '@studymate/database/auth';
import type { Context } from '../context.ts';

const minuteMs = 60_000;

/** How long the token of each kind of mail works; the others carry none. */
export const tokenLifeMs: Partial<Record<AccountMailKind, number>> = {
  VERIFY_REGISTRATION: 24 * 60 * minuteMs,
  VERIFY_NEW_EMAIL: 24 * 60 * minuteMs,
  RESET_PASSWORD: 30 * minuteMs,
  SIGN_IN_CODE: 15 * minuteMs,
};

export interface MailRequest {
  readonly kind: AccountMailKind;
  readonly recipient: string;
  /** Whom it concerns; absent where that must not be looked up while the request waits. */
  readonly user?: Pick<User, 'id' | 'locale'>;
  readonly registrationId?: string;
  readonly locale?: string;
}

/**
 * Notes that a mail is wanted and leaves the rest to the worker: whether the address has an account is only looked
 * up there, so that the request takes the same path, and time, for every address.
 */
export async function requestMail(context: Context, request: MailRequest): Promise<AccountMail> {
  const at = context.now();
  const life = tokenLifeMs[request.kind];
  const mail = await context.mails.create({
    id: newRowId(),
    kind: request.kind,
    recipient: request.recipient,
    locale: request.locale ?? request.user?.locale ?? 'en',
    userId: request.user?.id ?? null,
    registrationId: request.registrationId ?? null,
    createdAt: at,
    expiresAt: life === undefined ? null : new Date(at.getTime() + life),
  });
  await context.jobs.enqueue('sendAccountMail', { mailId: mail.id });
  return mail;
}
