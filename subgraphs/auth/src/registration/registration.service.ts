import { createHash, createHmac } from 'node:crypto';
import { DomainError, newRowId, rateLimited } from '@studymate/contracts';
import type { AccountMail } from '@studymate/database/auth';
import { counter } from '@studymate/runtime';
import { parseInput } from '@studymate/subgraph-kit';
import type { RegisterInput } from '../__generated__/resolvers.ts';
import type { Context } from '../context.ts';
import { retryAfterSeconds } from '../limit/limiter.ts';
import { requestMail } from '../mail/account-mail.service.ts';
import { requireNewPassword } from '../password/new-password.service.ts';
import type { HashedPassword } from '../password/password-hasher.ts';
import { emailSchema } from '../user/email-address.ts';
import { displayNameSchema } from '../user/user.profile.ts';

const waitsForMs = 24 * 3_600_000;

const attempts = counter({
  name: 'registration_attempts_total',
  help: 'Applications for an account: accepted, refused, throttled, or failed.',
  labels: ['outcome'],
});

function outcomeOf(error: unknown): 'throttled' | 'refused' | 'failed' {
  if (!(error instanceof DomainError)) return 'failed';
  return error.code === 'RATE_LIMITED' ? 'throttled' : 'refused';
}

export interface RegistrationAcceptedView {
  readonly __typename: 'RegistrationAccepted';
  readonly email: string;
  readonly verificationExpiresAt: Date;
}

interface Applicant {
  readonly email: string;
  readonly displayName: string;
  readonly password: string;
  readonly locale: string;
  readonly timeZone: string;
}

async function parseApplicant(context: Context, input: RegisterInput): Promise<Applicant> {
  const email = parseInput(emailSchema, ['input', 'email'], input.email);
  const displayName = parseInput(displayNameSchema, ['input', 'displayName'], input.displayName);
  const rules = { path: 'password', context: [displayName, email] };
  const password = await requireNewPassword(context, input.password, rules);
  return { email, displayName, password, locale: input.locale ?? 'en', timeZone: input.timeZone ?? 'UTC' };
}

/** Stores the registration and asks for its mail, whoever has the address already. */
async function apply(context: Context, applicant: Applicant, hashed: HashedPassword): Promise<AccountMail> {
  const { email, displayName, locale, timeZone } = applicant;
  const at = context.now();
  const registration = await context.registrations.create({
    id: newRowId(),
    email,
    displayName,
    locale,
    timeZone,
    passwordHash: hashed.hash,
    pepperVersion: hashed.pepperVersion,
    createdAt: at,
    expiresAt: new Date(at.getTime() + waitsForMs),
  });
  return requestMail(context, {
    kind: 'VERIFY_REGISTRATION',
    recipient: email,
    registrationId: registration.id,
    locale,
  });
}

async function replayed(context: Context, mailId: string): Promise<AccountMail> {
  const mail = await context.mails.find(mailId);
  if (!mail) throw new DomainError('CONFLICT', 'The registration under this key is over. Use another key.');
  return mail;
}

/** The request under the client's key; the password goes in as a keyed hash, never as one that could be searched. */
function keyedRequest(context: Context, applicant: Applicant, key: string) {
  const password = createHmac('sha256', context.hashKey).update(applicant.password).digest('base64url');
  const ownerId = `address:${createHash('sha256').update(applicant.email).digest('base64url')}`;
  return { ownerId, mutation: 'register', key, body: { ...applicant, password } };
}

/**
 * Accepts an application for an account. No account is looked up or made here: the same steps are taken for every
 * address, and what the mail says is decided when it is sent. The account begins when its address is verified.
 */
export async function register(context: Context, input: RegisterInput): Promise<RegistrationAcceptedView> {
  try {
    const view = await acceptApplication(context, input);
    attempts.inc({ outcome: 'accepted' });
    return view;
  } catch (error) {
    attempts.inc({ outcome: outcomeOf(error) });
    throw error;
  }
}

async function acceptApplication(context: Context, input: RegisterInput): Promise<RegistrationAcceptedView> {
  const permit = await context.limiter.take(
    `registrations:${context.origin.network}`,
    context.config.limits.registrations,
    context.now,
  );
  if (!permit.granted) throw rateLimited(retryAfterSeconds(permit, context.now));
  const applicant = await parseApplicant(context, input);
  const hashed = await context.passwords.hash(applicant.password);

  const mail = await context.transaction(async (inner) => {
    if (!input.idempotencyKey) return apply(inner, applicant, hashed);
    const request = keyedRequest(inner, applicant, input.idempotencyKey);
    const madeBefore = await inner.idempotency.claim(request);
    if (madeBefore !== null) return replayed(inner, madeBefore);
    const made = await apply(inner, applicant, hashed);
    await inner.idempotency.settle(request, made.id);
    return made;
  });
  const verificationExpiresAt = new Date(mail.createdAt.getTime() + waitsForMs);
  return { __typename: 'RegistrationAccepted', email: applicant.email, verificationExpiresAt };
}

/** Asks for the mail again. Whether a registration waits is looked up when it is sent. */
export async function resendVerification(context: Context, email: string): Promise<void> {
  const parsed = emailSchema.safeParse(email);
  if (!parsed.success) return;
  await context.transaction((inner) =>
    requestMail(inner, { kind: 'VERIFY_REGISTRATION', recipient: parsed.data }),
  );
}
