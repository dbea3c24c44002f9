import { challengeThreshold, type Risk, refusalThreshold } from './risk-score.ts';

/** What a request may do. `INSENSITIVE`: all but what the gateway lists as sensitive. */
export type Allowance = 'EVERYTHING' | 'INSENSITIVE' | 'NOTHING';

export interface Verdict {
  readonly allow: Allowance;
  /** It is past asking for a proof: the owner is told. */
  readonly isRefused: boolean;
}

export interface Judged {
  readonly risk: Risk;
  /** How the person proved who they are from this device at this place; null: not from here. */
  readonly provenHere: 'PASSWORD' | 'MFA' | 'STEP_UP' | null;
  /** The risk that the proof was enough for. */
  readonly provenScore: number;
  /** The level of the session, wherever it was reached. */
  readonly sessionLevel: 'PASSWORD' | 'MFA' | 'STEP_UP';
  readonly hasSecondFactor: boolean;
  /** Places or counts cannot be looked up now, so the score may be too low. */
  readonly isBlind: boolean;
}

/**
 * What a risk leads to. A second factor given from here settles it. A password (with the mailed code, where the risk
 * asked for one) settles it for what is not sensitive, as long as the risk is no higher than it was then.
 */
export function judge(judged: Judged): Verdict {
  const { risk, provenHere, provenScore, sessionLevel, hasSecondFactor, isBlind } = judged;
  if (provenHere === 'MFA' || provenHere === 'STEP_UP') return { allow: 'EVERYTHING', isRefused: false };
  const isSettled = provenHere === 'PASSWORD' && risk.score <= Math.max(provenScore, challengeThreshold);
  if (isSettled && provenScore > challengeThreshold) return { allow: 'INSENSITIVE', isRefused: false };
  if (risk.score <= challengeThreshold) {
    const isEnough = !isBlind || sessionLevel !== 'PASSWORD';
    return { allow: isEnough ? 'EVERYTHING' : 'INSENSITIVE', isRefused: false };
  }
  return { allow: 'NOTHING', isRefused: !hasSecondFactor && risk.score >= refusalThreshold };
}
