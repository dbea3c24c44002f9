import { invalidInput, notFound } from '@studymate/contracts';
import type { AccountMailKind, Session } from '@studymate/database/auth';
import { parseInput } from '@studymate/subgraph-kit';
import { recordAct } from '../audit/audit.service.ts';
import type { Context } from '../context.ts';
import { requestMail } from '../mail/account-mail.service.ts';
import { endSessionsOf, requireFreshProof, requireLiveSession } from '../session/session.service.ts';
import { getUser } from '../user/user.service.ts';
import { acceptsSecondFactor, requireCodeAttempt } from './code-check.ts';
import { factorLabelSchema } from './factor-label.ts';
import { hasSecondFactor } from './second-factor.ts';

/** A factor of either kind, with what differs between them. */
interface OwnFactor {
  /** Whether it goes without a code in the session. */
  goesFreely(session: Session): boolean;
  readonly removedMail: AccountMailKind;
  rename(context: Context, label: string): Promise<unknown>;
  remove(context: Context): Promise<unknown>;
}

async function getOwnFactor(context: Context, factorId: string, userId: string): Promise<OwnFactor> {
  const app = await context.factors.find(factorId);
  if (app?.userId === userId) {
    return {
      goesFreely: () => app.confirmedAt === null,
      removedMail: 'FACTOR_REMOVED',
      rename: (inner, label) => inner.factors.rename(app.id, label),
      remove: (inner) => inner.factors.remove(app.id),
    };
  }
  const passkey = await context.passkeys.find(factorId);
  if (passkey?.userId !== userId) throw notFound('MfaFactor');
  return {
    goesFreely: ({ authLevel }) => authLevel !== 'PASSWORD',
    removedMail: 'PASSKEY_REMOVED',
    rename: (inner, label) => inner.passkeys.rename(passkey.id, label),
    remove: (inner) => inner.passkeys.remove(passkey.id),
  };
}

async function requireCode(context: Context, userId: string, code: string | null | undefined): Promise<void> {
  await requireCodeAttempt(context, userId);
  const isRight = await acceptsSecondFactor(context, userId, code ?? '');
  if (!isRight) throw invalidInput(['code'], 'code: is not right', 'code');
}

async function dropFactor(context: Context, factor: OwnFactor, { id, userId }: Session): Promise<string[]> {
  const user = await getUser(context, userId);
  await factor.remove(context);
  if (!(await hasSecondFactor(context, userId))) await context.recoveryCodes.removeAll(userId);
  await requestMail(context, { kind: factor.removedMail, recipient: user.email, user });
  const ended = await endSessionsOf(context, userId, { reason: 'FACTOR_REMOVED', except: id });
  await recordAct(context, { act: 'factor.removed', userId, details: { mail: factor.removedMail } });
  return ended;
}

export interface FactorRemoval {
  readonly factorId: string;
  readonly code?: string | null | undefined;
}

/**
 * Takes a code, unless the factor never counted or is a passkey and a second factor has opened the session. Every
 * other session of the user ends.
 */
export async function removeFactor(context: Context, { factorId, code }: FactorRemoval): Promise<void> {
  const session = await requireFreshProof(context);
  const factor = await getOwnFactor(context, factorId, session.userId);
  if (!factor.goesFreely(session)) await requireCode(context, session.userId, code);
  const ended = await context.transaction((inner) => dropFactor(inner, factor, session));
  await context.revocations.announce(ended);
}

export async function renameFactor(
  context: Context,
  { factorId, label }: { readonly factorId: string; readonly label: string },
): Promise<void> {
  const { userId } = await requireLiveSession(context);
  const factor = await getOwnFactor(context, factorId, userId);
  await factor.rename(context, parseInput(factorLabelSchema, 'label', label));
}
