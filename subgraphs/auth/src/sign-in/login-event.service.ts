import { forbidden, newId } from '@studymate/contracts';
import type { LoginEvent, LoginMethod, LoginOutcome } from '@studymate/database/auth';
import { counter } from '@studymate/runtime';
import { type Connection, type PageArguments, parsePage, toConnection } from '@studymate/subgraph-kit';
import type { Context } from '../context.ts';
import type { Risk } from '../risk/risk-score.ts';
import { canReadSecurityOf } from '../user/user.policy.ts';
import { securityTopic } from './security-topic.ts';

const signIns = counter({
  name: 'sign_ins_total',
  help: 'Sign-ins by method and outcome.',
  labels: ['method', 'outcome'],
});

export interface LoginRecord {
  readonly userId: string | null;
  readonly outcome: LoginOutcome;
  readonly method: LoginMethod;
  readonly risk?: Risk;
}

/** Writes one line of the log of sign-ins, with where it came from. */
export async function recordLogin(
  context: Context,
  { userId, outcome, method, risk }: LoginRecord,
): Promise<void> {
  signIns.inc({ method, outcome });
  const id = newId('LoginEvent');
  await context.loginEvents.create({
    id,
    userId,
    at: context.now(),
    outcome,
    method,
    ipAddress: context.ipAddress,
    userAgent: context.userAgent?.slice(0, 400) ?? null,
    deviceHash: context.origin.deviceHash,
    country: context.addresses.describe(context.ipAddress).place?.country ?? null,
    riskScore: risk?.score ?? null,
    riskReasons: risk?.reasons ?? [],
  });
  if (userId !== null) context.changes.announce(securityTopic(userId), id);
}

export async function findLoginEvent(context: Context, id: string): Promise<LoginEvent | null> {
  const event = await context.loginEvents.find(id);
  return event?.userId && canReadSecurityOf(context.viewer, event.userId) ? event : null;
}

/** The user's sign-ins, the youngest first. */
export async function listLoginEventsOf(
  context: Context,
  userId: string,
  slice: PageArguments,
): Promise<Connection<LoginEvent>> {
  if (!canReadSecurityOf(context.viewer, userId)) throw forbidden('see these sign-ins');
  const page = parsePage(slice);
  const events = await context.loginEvents.pageOf(userId, page);
  return toConnection(events, page, ({ at, id }) => [at.toISOString(), id]);
}
