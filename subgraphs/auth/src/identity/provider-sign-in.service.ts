import { conflict, invalidInput } from '@studymate/contracts';
import type { IdentityProvider, ProviderSignIn, User } from '@studymate/database/auth';
import type { Context } from '../context.ts';
import { accountsMade, createAccount } from '../registration/account.service.ts';
import { rotateChain } from '../session/rotation.ts';
import { type AuthTokensView, requireLiveSession } from '../session/session.service.ts';
import { invalidCredentials } from '../sign-in/invalid-credentials.ts';
import { recordLogin } from '../sign-in/login-event.service.ts';
import { admit, type SignInAnswer } from '../sign-in/sign-in.service.ts';
import { emailSchema } from '../user/email-address.ts';
import { displayNameSchema } from '../user/user.profile.ts';
import { getUser } from '../user/user.service.ts';
import { linkIdentity } from './identity.service.ts';
import { type ProviderAccount, providerNames } from './identity-provider.ts';
import { flowOf, getProvider } from './provider-sign-in.begin.ts';

const longestCode = 2_048;

export interface ProviderCallback {
  readonly provider: IdentityProvider;
  readonly code: string;
  readonly state: string;
  readonly iss?: string | null | undefined;
}

/** The sign-in that this browser began, used up; throws INVALID_CREDENTIALS for any other state. */
async function consumeSignIn(
  context: Context,
  { provider, code, state }: ProviderCallback,
): Promise<ProviderSignIn> {
  const id = context.tokens.findRowId('PROVIDER_STATE', state);
  const row = id === null ? null : await context.identities.consumeSignIn(id, provider, context.now());
  const isOwn = row !== null && (row.sessionId === null || row.sessionId === context.viewer?.sessionId);
  if (!isOwn || code.length > longestCode) throw invalidCredentials();
  return row;
}

/** The address of a new account: only one that the provider has verified, and that nobody has here. */
function parseEmail({ provider }: ProviderCallback, account: ProviderAccount): string {
  const parsed = emailSchema.safeParse(account.email);
  if (parsed.success && account.isEmailVerified) return parsed.data;
  throw invalidInput(
    ['provider'],
    `Verify your address at ${providerNames[provider]} first, or register with a password.`,
    'email_unverified',
  );
}

/**
 * Makes an account for who has none. An address that has one is not enough to open it: its owner signs in and links
 * (RFC 9700 knows no safe way to join accounts by address).
 */
async function makeAccount(
  context: Context,
  callback: ProviderCallback,
  account: ProviderAccount,
): Promise<User> {
  const { provider } = callback;
  const email = parseEmail(callback, account);
  const displayName = displayNameSchema.safeParse(account.displayName).data ?? 'Learner';
  const user = await context.transaction(async (inner) => {
    await inner.users.lockEmail(email);
    if (await inner.users.findByEmail(email)) {
      throw conflict(
        `This address has an account. Sign in to it, then link ${providerNames[provider]} there.`,
      );
    }
    const made = await createAccount(inner, { email, displayName, locale: 'en', timeZone: 'UTC' });
    await linkIdentity(inner, { userId: made.id, provider, subject: account.subject });
    return made;
  });
  accountsMade.inc();
  return user;
}

/** Links to the account whose session began it, and goes on with that session. */
async function link(
  context: Context,
  callback: ProviderCallback,
  account: ProviderAccount,
): Promise<AuthTokensView> {
  const { id: sessionId, userId } = await requireLiveSession(context);
  return context.transaction(async (inner) => {
    await linkIdentity(inner, { userId, provider: callback.provider, subject: account.subject });
    const end = await inner.sessions.lockChainEnd(sessionId);
    if (!end || end.session.revokedAt) throw invalidCredentials();
    return rotateChain(inner, end);
  });
}

async function enter(
  context: Context,
  callback: ProviderCallback,
  account: ProviderAccount,
): Promise<SignInAnswer> {
  const { provider } = callback;
  const known = await context.identities.find(provider, account.subject);
  const user = known ? await getUser(context, known.userId) : await makeAccount(context, callback, account);
  if (user.disabledAt) {
    await recordLogin(context, { userId: user.id, outcome: 'BAD_CREDENTIALS', method: provider });
    throw invalidCredentials();
  }
  return admit(context, user, { method: provider });
}

/** Who stands behind the callback; writes down what proved nothing. */
async function prove(context: Context, callback: ProviderCallback) {
  const client = getProvider(context, callback.provider);
  try {
    const signIn = await consumeSignIn(context, callback);
    const { code, iss } = callback;
    const account = await client.findAccount(flowOf(context, signIn), { code, iss: iss ?? null });
    return { signIn, account };
  } catch (error) {
    await recordLogin(context, { userId: null, outcome: 'BAD_CREDENTIALS', method: callback.provider });
    throw error;
  }
}

/**
 * Ends what `beginProviderSignIn` began: signs in (past the second factor, if there is one), makes an account, or links.
 * Throws INVALID_CREDENTIALS for whatever does not hold, CONFLICT for an address that has an account, and
 * PROVIDER_UNAVAILABLE.
 */
export async function signInWithProvider(
  context: Context,
  callback: ProviderCallback,
): Promise<SignInAnswer> {
  const { signIn, account } = await prove(context, callback);
  return signIn.sessionId === null ? enter(context, callback, account) : link(context, callback, account);
}
