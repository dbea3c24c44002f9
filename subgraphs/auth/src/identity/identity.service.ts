import { conflict, forbidden, newRowId, notFound, wrongState } from '@studymate/contracts';
import type { ExternalIdentity, IdentityProvider, Session } from '@studymate/database/auth';
import { recordAct } from '../audit/audit.service.ts';
import type { Context } from '../context.ts';
import { requestMail } from '../mail/account-mail.service.ts';
import { endSessionsOf, requireFreshProof } from '../session/session.service.ts';
import { canReadSecurityOf } from '../user/user.policy.ts';
import { getUser } from '../user/user.service.ts';
import { providerNames } from './identity-provider.ts';

export async function listIdentitiesOf(context: Context, userId: string): Promise<ExternalIdentity[]> {
  if (!canReadSecurityOf(context.viewer, userId)) throw forbidden('see these identities');
  return context.identities.ofUser(userId);
}

export interface NewIdentity {
  readonly userId: string;
  readonly provider: IdentityProvider;
  readonly subject: string;
}

/** Lets the identity open the account, and tells its owner. Linking what is linked changes nothing; throws CONFLICT. */
export async function linkIdentity(context: Context, identity: NewIdentity): Promise<void> {
  const { userId, provider, subject } = identity;
  const isLinked = await context.identities.link({ ...identity, id: newRowId(), linkedAt: context.now() });
  if (!isLinked) {
    const known = await context.identities.find(provider, subject);
    if (known?.userId === userId) return;
    const name = providerNames[provider];
    throw conflict(
      known
        ? `This ${name} account opens another account here.`
        : `Another ${name} account is linked. Unlink that first.`,
    );
  }
  const user = await getUser(context, userId);
  await requestMail(context, { kind: 'IDENTITY_LINKED', recipient: user.email, user });
  await recordAct(context, { act: 'identity.linked', userId, details: { provider } });
}

/** Throws NOT_FOUND when there is none of the provider, and STATE when nothing else would let the user in. */
async function requireDispensable(
  context: Context,
  userId: string,
  provider: IdentityProvider,
): Promise<void> {
  const [identities, hasPassword, passkeys] = await Promise.all([
    context.identities.ofUser(userId),
    context.credentials.exists(userId),
    context.passkeys.countOf(userId),
  ]);
  if (!identities.some((identity) => identity.provider === provider)) throw notFound('ExternalIdentity');
  if (identities.length > 1 || hasPassword || passkeys > 0) return;
  throw wrongState('It is your only way in. Set a password first.', 'ONLY_WAY_IN', []);
}

async function dropIdentity(
  context: Context,
  session: Session,
  provider: IdentityProvider,
): Promise<string[]> {
  const user = await getUser(context, session.userId);
  if (!(await context.identities.unlink(user.id, provider))) throw notFound('ExternalIdentity');
  await requestMail(context, { kind: 'IDENTITY_UNLINKED', recipient: user.email, user });
  const ended = await endSessionsOf(context, user.id, { reason: 'IDENTITY_UNLINKED', except: session.id });
  await recordAct(context, { act: 'identity.unlinked', userId: user.id, details: { provider } });
  return ended;
}

/** Every other session of the user ends. */
export async function unlinkIdentity(context: Context, provider: IdentityProvider): Promise<void> {
  const session = await requireFreshProof(context);
  await requireDispensable(context, session.userId, provider);
  const ended = await context.transaction((inner) => dropIdentity(inner, session, provider));
  await context.revocations.announce(ended);
}
