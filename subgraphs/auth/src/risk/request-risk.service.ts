import { counter } from '@studymate/runtime';
import type { Context } from '../context.ts';
import { requestMail } from '../mail/account-mail.service.ts';
import { hasSecondFactor } from '../mfa/second-factor.ts';
import { recordLogin } from '../sign-in/login-event.service.ts';
import { guessingAt } from '../sign-in/throttle.ts';
import { getUser } from '../user/user.service.ts';
import { type KnownPlace, type KnownSession, knownSessionOf } from './known-sessions.ts';
import { placeOfRequest } from './place.service.ts';
import { challengeThreshold, type Risk, scoreRisk } from './risk-score.ts';
import { type Sighting, signsOf } from './signs.ts';
import { judge, type Verdict } from './verdict.ts';

const minuteMs = 60_000;
const logEveryMs = 10 * minuteMs;

const assessments = counter({
  name: 'request_risk_assessments_total',
  help: 'Requests of signed-in people that were assessed, by what they may do.',
  labels: ['allow'],
});

export interface AssessedRequest {
  readonly sessionId: string;
  readonly userId: string;
  /** The truth is wanted, not what is kept of it. */
  readonly isSensitive: boolean;
}

export type Assessment = Verdict & { readonly isEnded: boolean };

const ended: Assessment = { allow: 'NOTHING', isRefused: false, isEnded: true };

/** The session with where it was used from; null when it is over, whatever its tokens say. */
async function findLive(
  context: Context,
  { sessionId, userId, isSensitive }: AssessedRequest,
): Promise<KnownSession | null> {
  const at = context.now();
  const kept = isSensitive ? null : await context.knownSessions.find(sessionId);
  if (kept) return kept.userId === userId && kept.expiresAt > at ? kept : null;
  const session = await context.sessions.find(sessionId);
  if (session?.userId !== userId || session.revokedAt || session.expiresAt <= at) return null;
  const known = knownSessionOf(session, await context.sessionPlaces.of(sessionId));
  await context.knownSessions.keep(sessionId, known);
  return known;
}

/** Where the session was last let through. A place that was not says nothing of where its owner is. */
function lastSightingOf(context: Context, { places }: KnownSession): Sighting | null {
  const [last] = places
    .filter(({ provenLevel, riskScore }) => provenLevel !== null || riskScore <= challengeThreshold)
    .toSorted((one, other) => other.lastSeenAt.getTime() - one.lastSeenAt.getTime());
  return last ? { place: context.addresses.describe(last.ipAddress).place, at: last.lastSeenAt } : null;
}

async function riskElsewhere(context: Context, session: KnownSession): Promise<Risk> {
  const { userId, places } = session;
  const habits = await context.loginEvents.habits(userId, context.origin.deviceHash);
  return scoreRisk(
    signsOf({
      at: context.now(),
      userAgent: context.userAgent,
      facts: context.addresses.describe(context.ipAddress),
      isKnownDevice: habits.thisDevice,
      knownCountries: habits.countries,
      before: lastSightingOf(context, session),
      agentsOfSession: places
        .filter(({ provenLevel }) => provenLevel !== null)
        .map((place) => place.userAgent),
      guessing: habits.thisDevice ? {} : await guessingAt(context, (await getUser(context, userId)).email),
    }),
  );
}

/** Of a device and place where its owner has proven to be: what speaks against the address itself. */
const riskHere = (context: Context): Risk =>
  scoreRisk(
    signsOf({
      at: context.now(),
      userAgent: context.userAgent,
      facts: context.addresses.describe(context.ipAddress),
      isKnownDevice: true,
      knownCountries: new Set(),
      before: null,
      agentsOfSession: null,
      guessing: {},
    }),
  );

async function noteRefusal(
  context: Context,
  { request, risk, verdict }: { request: AssessedRequest; risk: Risk; verdict: Verdict },
): Promise<void> {
  const { sessionId, userId } = request;
  const at = context.now();
  const place = { sessionId, deviceHash: context.origin.deviceHash };
  await context.transaction(async (inner) => {
    const since = new Date(at.getTime() - logEveryMs);
    if (!(await inner.sessionPlaces.claimLogLine(place, { at, since }))) return;
    const outcome = verdict.isRefused ? 'REFUSED' : 'MFA_REQUIRED';
    await recordLogin(inner, { userId, outcome, method: 'ACCESS_TOKEN', risk });
    if (!verdict.isRefused) return;
    const user = await getUser(inner, userId);
    await requestMail(inner, { kind: 'RISK_REFUSED', recipient: user.email, user });
  });
}

const isWorthNoting = (place: KnownPlace | undefined, risk: Risk, at: Date): boolean =>
  place === undefined ||
  place.riskScore !== risk.score ||
  at.getTime() - place.lastSeenAt.getTime() >= minuteMs;

/**
 * Assesses a request of a session: from where it comes, by what agent, against where its owner has proven to be. What
 * is not let through is written into the log of sign-ins, once in 10 minutes, and what is refused is told to the owner.
 */
export async function assessRequest(context: Context, request: AssessedRequest): Promise<Assessment> {
  const session = await findLive(context, request);
  if (!session) return ended;
  const { userId, sessionId } = request;
  const place = session.places.find(({ deviceHash }) => deviceHash === context.origin.deviceHash);
  const risk = place?.provenLevel ? riskHere(context) : await riskElsewhere(context, session);
  const verdict = judge({
    risk,
    provenHere: place?.provenLevel ?? null,
    provenScore: place?.provenScore ?? 0,
    sessionLevel: session.authLevel,
    hasSecondFactor: risk.score > challengeThreshold && (await hasSecondFactor(context, userId)),
    isBlind: !context.addresses.knowsPlaces || !context.knownSessions.isReachable(),
  });
  if (isWorthNoting(place, risk, context.now())) {
    await context.sessionPlaces.note(placeOfRequest(context, { sessionId, risk }));
    await context.knownSessions.forget([sessionId]);
  }
  if (verdict.allow === 'NOTHING') await noteRefusal(context, { request, risk, verdict });
  assessments.inc({ allow: verdict.allow });
  return { ...verdict, isEnded: false };
}
