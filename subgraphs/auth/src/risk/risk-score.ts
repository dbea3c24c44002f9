/** Above this a second factor is asked for before anything is revealed. */
export const challengeThreshold = 0.7;

/** From here on somebody without a second factor is refused, and the owner is told. */
export const refusalThreshold = 0.95;

/**
 * What each sign weighs, as if it came alone: the chance that the account's owner is not the one who asks. The numbers
 * are StudyMate's own, set so that one usual change (a new device, another network, even another country) passes, two
 * unusual ones ask for a second factor, and a copied token from far away is refused (NIST SP 800-63B-4, 5.3, asks for
 * such signs and leaves their weight to the operator).
 */
const weights = {
  IMPOSSIBLE_TRAVEL: 0.75,
  DENYLISTED_ADDRESS: 0.9,
  /** A token that comes from another kind of agent than the one it was given to. */
  STOLEN_TOKEN_SIGNS: 0.6,
  NEW_COUNTRY: 0.4,
  /** At least 5 failures on the account in 15 minutes. */
  ACCOUNT_UNDER_ATTACK: 0.4,
  /** At least 20 failures from the address in 10 minutes. */
  ADDRESS_UNDER_SUSPICION: 0.6,
  /** Guesses at many accounts, from wherever (see stuffing.ts). */
  SERVICE_UNDER_ATTACK: 0.6,
  NEW_DEVICE: 0.35,
  HOSTING_NETWORK: 0.25,
  NO_BROWSER: 0.3,
  UNKNOWN_PLACE: 0.15,
} as const;

export type RiskReason = keyof typeof weights;

export const isRiskReason = (text: string): text is RiskReason => Object.hasOwn(weights, text);

export interface Risk {
  /** 0 (nothing speaks against it) to 1. */
  readonly score: number;
  /** The signs that were seen, the heaviest first. */
  readonly reasons: readonly RiskReason[];
}

export type RiskSigns = Partial<Record<RiskReason, number>>;

/** Noisy-or of the signs seen (Pearl 1988, 4.3.2), each to a degree from 0 to 1: 1 − Π(1 − weight × degree). */
export function scoreRisk(signs: RiskSigns): Risk {
  const seen = (Object.keys(weights) as RiskReason[])
    .map((reason) => ({ reason, weight: weights[reason] * (signs[reason] ?? 0) }))
    .filter(({ weight }) => weight > 0)
    .sort((left, right) => right.weight - left.weight);
  const safe = seen.reduce((product, { weight }) => product * (1 - weight), 1);
  return { score: 1 - safe, reasons: seen.map(({ reason }) => reason) };
}

const headless = /headless|phantomjs|selenium|puppeteer|playwright|curl\/|wget\/|python-requests/i;

/** True for an empty user agent and for one that names a robot. */
export const isNoBrowser = (userAgent: string | null): boolean => !userAgent || headless.test(userAgent);

interface Visit {
  readonly latitude: number;
  readonly longitude: number;
  /** Kilometres around the point within which the address really is. */
  readonly radiusKm: number;
  readonly at: Date;
}

const earthRadiusKm = 6371;
const fastestKmPerHour = 900;
const radians = (degrees: number) => (degrees * Math.PI) / 180;

/** Great-circle distance in kilometres (haversine formula). */
export function distanceKm(
  from: Pick<Visit, 'latitude' | 'longitude'>,
  to: Pick<Visit, 'latitude' | 'longitude'>,
): number {
  const half = (degrees: number) => Math.sin(radians(degrees) / 2) ** 2;
  const chord =
    half(to.latitude - from.latitude) +
    Math.cos(radians(from.latitude)) * Math.cos(radians(to.latitude)) * half(to.longitude - from.longitude);
  return 2 * earthRadiusKm * Math.asin(Math.min(1, Math.sqrt(chord)));
}

/** True when nobody could have got from one place to the other: faster than 900 km/h even between their edges. */
export function isImpossibleTravel(before: Visit, after: Visit): boolean {
  const gapKm = distanceKm(before, after) - before.radiusKm - after.radiusKm;
  const hours = Math.abs(after.at.getTime() - before.at.getTime()) / 3_600_000;
  return gapKm > 0 && gapKm > fastestKmPerHour * hours;
}
