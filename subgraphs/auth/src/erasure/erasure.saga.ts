import { type EventPayload, subscribers } from '@studymate/contracts';
import { pseudonymOf } from '@studymate/privacy';
import { counter } from '@studymate/runtime';
import { recordAct } from '../audit/audit.service.ts';
import type { Context } from '../context.ts';
import { requestMail } from '../mail/account-mail.service.ts';
import { endSessionsOf } from '../session/session.service.ts';
import { getUser } from '../user/user.service.ts';
import type { OpenErasure } from './erasure.repository.ts';

const domains = subscribers['auth.erasure.begun'].length;
/** Between the passes: what was on its way between domains when the first began has arrived by then. */
const settleMs = 3_000;
const lastPass = 2;

const erased = counter({ name: 'accounts_erased_total', help: 'Accounts erased in all domains.' });

/** Shuts the account for good: nobody acts as the user while the domains forget them. */
async function shutAccount(context: Context, userId: string): Promise<string[]> {
  const user = await getUser(context, userId);
  await context.users.update(user, { disabledAt: context.now(), disabledReason: 'erased' }, context.now());
  await requestMail(context, { kind: 'ACCOUNT_DELETED', recipient: user.email, user });
  const keys = await context.accessKeys.revokeAllOf(userId, context.now());
  return [...keys, ...(await endSessionsOf(context, userId, { reason: 'ERASED' }))];
}

/** Begins what is due: from here on there is no way back. */
async function begin(context: Context, { id: erasureId, userId }: OpenErasure): Promise<void> {
  // Outside of the databases, so that a restored backup can be told.
  await context.erasureLedger.note(userId, context.now());
  const ended = await context.transaction(async (inner) => {
    if (!(await inner.erasures.beginPass(erasureId, 1, inner.now()))) return [];
    const sessions = await shutAccount(inner, userId);
    await inner.events.publish('auth.erasure.begun', { erasureId, userId, pass: 1 });
    await recordAct(inner, { act: 'account.erasure-begun', userId });
    return sessions;
  });
  await context.revocations.announce(ended);
}

async function askAgain(context: Context, { id: erasureId, userId }: OpenErasure): Promise<void> {
  await context.transaction(async (inner) => {
    if (!(await inner.erasures.beginPass(erasureId, lastPass, inner.now()))) return;
    await inner.events.publish('auth.erasure.begun', { erasureId, userId, pass: lastPass });
  });
}

/** Erases the account itself, once no other domain knows the user. */
async function complete(context: Context, { id, userId }: OpenErasure): Promise<void> {
  for (const key of await context.personalData.listObjectKeys(userId, 'ERASURE')) {
    await context.objects.erase(key);
  }
  // Before the end is noted, so that it is tried again while Redis is away; after it, what the end itself left there.
  await context.forgetTracesOf(userId);
  await context.transaction(async (inner) => {
    await recordAct(inner, { act: 'account.erased', userId });
    await inner.personalData.erase(userId, pseudonymOf(id));
    await inner.erasures.complete(id, inner.now());
    await inner.changes.entity('User', userId);
  });
  await context.forgetTracesOf(userId);
  erased.inc();
}

/** A domain has forgotten the user. */
export const noteErased = (context: Context, part: EventPayload<'privacy.data.erased'>): Promise<void> =>
  context.erasures.addPart(part);

/** Begins the erasures that are due, and takes those under way a step further. */
export async function advanceErasures(context: Context): Promise<void> {
  for (const erasure of await context.erasures.listDue(context.now())) await begin(context, erasure);
  for (const erasure of await context.erasures.listAnswered(domains)) {
    const sinceMs = context.now().getTime() - (erasure.passStartedAt?.getTime() ?? 0);
    if (sinceMs < settleMs) continue;
    if (erasure.pass < lastPass) await askAgain(context, erasure);
    else await complete(context, erasure);
  }
}
