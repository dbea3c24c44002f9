import type { AuthLevel } from '@studymate/database/auth';
import type { Context } from '../context.ts';
import type { Risk } from './risk-score.ts';
import type { NotedPlace } from './session-place.repository.ts';

/** Where the request comes from, as a place of the session. */
export const placeOfRequest = (
  context: Context,
  { sessionId, risk }: { readonly sessionId: string; readonly risk: Risk },
): NotedPlace => ({
  sessionId,
  deviceHash: context.origin.deviceHash,
  ipAddress: context.ipAddress,
  userAgent: context.userAgent?.slice(0, 400) ?? null,
  riskScore: risk.score,
  riskReasons: risk.reasons,
  at: context.now(),
});

/** Notes that the person has proven who they are from where the request comes from, at that risk. */
export async function provePlace(
  context: Context,
  { sessionId, risk, level }: { readonly sessionId: string; readonly risk: Risk; readonly level: AuthLevel },
): Promise<void> {
  await context.sessionPlaces.prove(placeOfRequest(context, { sessionId, risk }), level);
  await context.knownSessions.forget([sessionId]);
}

/** A second factor was given from here: whatever the risk is, it has been answered. */
export const proveStepUp = (context: Context, sessionId: string): Promise<void> =>
  provePlace(context, { sessionId, risk: { score: 0, reasons: [] }, level: 'STEP_UP' });
