import type { AccountMail, User } from '@studymate/database/auth';
import type { Context } from '../context.ts';
import type { TokenPurpose } from '../token/derived-token.ts';
import { composeAccountMail } from './account-mail.texts.ts';
import type { MailTopic } from './account-mail.wording.ts';

const hourMs = 3_600_000;
/** Tokens mailed to one address in an hour, so that nobody's mailbox is flooded through us. */
const tokensPerHour = 10;

interface Plan {
  readonly topic: MailTopic;
  readonly locale: string;
  readonly purpose: TokenPurpose | null;
}

/** A token for a registration needs one: the one it was asked for, else the youngest that waits at the address. */
async function isGrounded(context: Context, mail: AccountMail): Promise<boolean> {
  if (mail.kind !== 'VERIFY_REGISTRATION' || mail.registrationId !== null) return true;
  const waiting = await context.registrations.findWaiting(mail.recipient, context.now());
  if (waiting) await context.mails.bindTo(mail.id, waiting.id);
  return waiting !== null;
}

/** What the mail will say, now that it may be looked up whether the address has an account; null sends nothing. */
async function planFor(context: Context, mail: AccountMail): Promise<Plan | null> {
  const owner: User | null = await context.users.findByEmail(mail.recipient);
  switch (mail.kind) {
    case 'VERIFY_REGISTRATION':
    case 'VERIFY_NEW_EMAIL':
      if (owner) return { topic: 'ALREADY_REGISTERED', locale: owner.locale, purpose: null };
      return (await isGrounded(context, mail))
        ? { topic: mail.kind, locale: mail.locale, purpose: mail.kind }
        : null;
    case 'RESET_PASSWORD':
      return owner && !owner.disabledAt
        ? { topic: mail.kind, locale: owner.locale, purpose: mail.kind }
        : null;
    case 'SIGN_IN_CODE':
      return { topic: mail.kind, locale: owner?.locale ?? mail.locale, purpose: mail.kind };
    default:
      return { topic: mail.kind, locale: owner?.locale ?? mail.locale, purpose: null };
  }
}

const isFlood = async (context: Context, { recipient, kind }: AccountMail): Promise<boolean> => {
  const since = new Date(context.now().getTime() - hourMs);
  return (await context.mails.countSentSince(recipient, kind, since)) >= tokensPerHour;
};

/** What the recipient pastes or types; null for a plain notice. */
function tokenOf(context: Context, mailId: string, purpose: TokenPurpose | null): string | null {
  if (purpose === null) return null;
  return purpose === 'SIGN_IN_CODE'
    ? context.tokens.deriveCode(purpose, mailId)
    : context.tokens.derive(purpose, mailId);
}

/**
 * Sends one mail. Its token is derived here and exists only in the mail. A newer token of the same kind ends
 * the older ones. Sent once unless the process dies between sending and noting it.
 */
export async function sendAccountMail(context: Context, mailId: string): Promise<void> {
  const mail = await context.mails.find(mailId);
  if (!mail || mail.sentAt || mail.supersededAt) return;
  const plan = await planFor(context, mail);
  if (!plan || (mail.expiresAt !== null && (await isFlood(context, mail)))) {
    await context.mails.markSuperseded(mail.id, context.now());
    return;
  }

  if (plan.purpose === 'RESET_PASSWORD') await context.mails.supersedeEarlier(mail, context.now());
  const token = tokenOf(context, mail.id, plan.purpose);
  const composed = composeAccountMail({
    topic: plan.topic,
    locale: plan.locale,
    token,
    pageUrl: context.config.accountPageUrl,
  });
  const messageId = `<${mail.id}@${new URL(context.config.accountPageUrl).hostname}>`;
  await context.mailer.sendMail({ to: mail.recipient, messageId, ...composed });
  await context.mails.markSent(mail.id, context.now());
}
