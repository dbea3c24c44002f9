import type { AddressFacts } from './address-data.ts';
import type { Place } from './address-places.ts';
import { agentKindOf } from './origin.ts';
import { isImpossibleTravel, isNoBrowser, type RiskSigns } from './risk-score.ts';

/** Somewhere that somebody was, and when. */
export interface Sighting {
  readonly place: Place | null;
  readonly at: Date;
}

/** All that the signs of one request or sign-in are read from. */
export interface Circumstances {
  readonly at: Date;
  readonly userAgent: string | null;
  readonly facts: AddressFacts;
  /** The account has been opened from this device at this place before; its first sign-in counts as known. */
  readonly isKnownDevice: boolean;
  /** Where the account has been opened from; a country is new only to who has been somewhere. */
  readonly knownCountries: ReadonlySet<string>;
  /** Where its owner was last. */
  readonly before: Sighting | null;
  /** The agents that a session's tokens were given to; null for a sign-in, which brings no token. */
  readonly agentsOfSession: readonly (string | null)[] | null;
  /** What guessing goes on, from elsewhere too; a device that is known answers for itself. */
  readonly guessing: RiskSigns;
}

const hasTravelledTooFast = ({ before, facts, at }: Circumstances): boolean =>
  before !== null &&
  before.place !== null &&
  facts.place !== null &&
  isImpossibleTravel({ ...before.place, at: before.at }, { ...facts.place, at });

const isNewCountry = ({ facts, knownCountries }: Circumstances): boolean =>
  typeof facts.place?.country === 'string' &&
  knownCountries.size > 0 &&
  !knownCountries.has(facts.place.country);

const isOtherAgent = ({ agentsOfSession, userAgent }: Circumstances): boolean =>
  agentsOfSession !== null &&
  agentsOfSession.length > 0 &&
  !agentsOfSession.some((agent) => agentKindOf(agent) === agentKindOf(userAgent));

const degree = (isSeen: boolean): number => (isSeen ? 1 : 0);

/** The signs that somebody else than the owner asks. */
export function signsOf(circumstances: Circumstances): RiskSigns {
  const { facts, userAgent, isKnownDevice, guessing } = circumstances;
  return {
    DENYLISTED_ADDRESS: degree(facts.isDenylisted),
    HOSTING_NETWORK: degree(facts.isHosting),
    UNKNOWN_PLACE: degree(facts.place === null),
    NO_BROWSER: degree(isNoBrowser(userAgent)),
    NEW_COUNTRY: degree(isNewCountry(circumstances)),
    IMPOSSIBLE_TRAVEL: degree(hasTravelledTooFast(circumstances)),
    STOLEN_TOKEN_SIGNS: degree(isOtherAgent(circumstances)),
    NEW_DEVICE: degree(!isKnownDevice),
    ...(isKnownDevice ? {} : guessing),
  };
}
