import { createHmac } from 'node:crypto';
import { DomainError, rateLimited } from '@studymate/contracts';
import type { Context } from '../context.ts';
import { type Permit, retryAfterSeconds } from '../limit/limiter.ts';
import type { RiskSigns } from '../risk/risk-score.ts';
import { recordLogin } from './login-event.service.ts';

/** So many wrong guesses are never made: these windows only count. */
const countOnly = 10_000;
const ofAccount = { limit: countOnly, windowMs: 15 * 60_000 };
const ofNetwork = { limit: countOnly, windowMs: 10 * 60_000 };
const manyAccountFailures = 5;
const manyNetworkFailures = 20;

/** Under which an address's attempts are counted: hashed, so that addresses do not lie about in Redis. */
export const accountKeyOf = (context: Context, email: string): string =>
  createHmac('sha256', context.hashKey).update(`account|${email}`).digest('base64url').slice(0, 22);

/** A guess that may be evaluated. Right ones are given back, so that only failures add up. */
export interface GuessPermit {
  release(): Promise<void>;
  /** What the failures so far say about the risk of this one. */
  readonly signs: RiskSigns;
  /** The account has been opened from there before. */
  readonly isKnownDevice: boolean;
}

interface Guess {
  /** Hash of the address: unknown ones are counted like known ones. */
  readonly account: string;
  /** Null when the address is unknown. */
  readonly userId: string | null;
}

const namesOf = (context: Context, account: string) => ({
  account: `failures:account:${account}`,
  network: `failures:${context.origin.network}`,
});

const guessingSigns = (failures: {
  readonly ofAccount: number;
  readonly ofNetwork: number;
  readonly isStuffing: boolean;
}): RiskSigns => ({
  ACCOUNT_UNDER_ATTACK: failures.ofAccount >= manyAccountFailures ? 1 : 0,
  ADDRESS_UNDER_SUSPICION: failures.ofNetwork >= manyNetworkFailures ? 1 : 0,
  SERVICE_UNDER_ATTACK: failures.isStuffing ? 1 : 0,
});

/** The signs of guessing at the account, from the address of the request, and at the service as a whole. */
export async function guessingAt(context: Context, email: string): Promise<RiskSigns> {
  const { limiter, now } = context;
  const names = namesOf(context, accountKeyOf(context, email));
  const [atAccount, fromNetwork, isStuffing] = await Promise.all([
    limiter.count(names.account, ofAccount, now),
    limiter.count(names.network, ofNetwork, now),
    context.stuffing.isUnderWay(now),
  ]);
  return guessingSigns({ ofAccount: atAccount, ofNetwork: fromNetwork, isStuffing });
}

const refusal = (context: Context, permit: Permit): DomainError =>
  rateLimited(retryAfterSeconds(permit, context.now));

const locked = (permit: Permit): DomainError =>
  new DomainError(
    'ACCOUNT_LOCKED',
    'Too many failures on this account. Use a device it knows, or try later.',
    {
      unlocksAt: permit.freeAt,
    },
  );

/** Asks each limit in turn; gives back what was granted when one refuses. */
async function takeAll(
  limits: readonly {
    readonly take: () => Promise<Permit>;
    readonly refuse: (permit: Permit) => DomainError;
  }[],
): Promise<{ permits: Permit[] } | { refused: DomainError }> {
  const permits: Permit[] = [];
  for (const { take, refuse } of limits) {
    const permit = await take();
    if (!permit.granted) {
      await Promise.all(permits.map((granted) => granted.release()));
      return { refused: refuse(permit) };
    }
    permits.push(permit);
  }
  return { permits };
}

/**
 * Leave to evaluate one guess at an account's password: so many failures per account and network, per network, and per
 * account over all places the account does not know. Taken before evaluation, so that a burst cannot slip through.
 * Throws RATE_LIMITED or ACCOUNT_LOCKED, the same for known and unknown addresses.
 */
export async function requireGuess(context: Context, { account, userId }: Guess): Promise<GuessPermit> {
  const { limiter, origin, now } = context;
  const { limits } = context.config;
  const isKnownDevice = await context.loginEvents.knowsDevice(userId ?? '', origin.deviceHash);
  const name = `account:${account}`;

  const names = namesOf(context, account);

  const taken = await takeAll([
    {
      take: () => limiter.take(`${name}:${origin.network}`, limits.accountAndAddress, now),
      refuse: (permit) => refusal(context, permit),
    },
    {
      take: () => limiter.take(`network:${origin.network}`, limits.address, now),
      refuse: (permit) => refusal(context, permit),
    },
    {
      take: () =>
        limiter.take(`${name}:${isKnownDevice ? origin.deviceHash : 'unknown'}`, limits.account, now),
      refuse: locked,
    },
    {
      take: () => limiter.take(names.account, ofAccount, now),
      refuse: (permit) => refusal(context, permit),
    },
    {
      take: () => limiter.take(names.network, ofNetwork, now),
      refuse: (permit) => refusal(context, permit),
    },
  ]);
  if ('refused' in taken) {
    const outcome = taken.refused.code === 'ACCOUNT_LOCKED' ? 'LOCKED' : 'THROTTLED';
    await recordLogin(context, { userId, outcome, method: 'PASSWORD' });
    throw taken.refused;
  }

  const [atAccount, fromNetwork] = taken.permits.slice(-2).map(({ used }) => used - 1);
  return {
    isKnownDevice,
    release: async () => {
      await Promise.all(taken.permits.map((permit) => permit.release()));
    },
    signs: guessingSigns({
      ofAccount: atAccount ?? 0,
      ofNetwork: fromNetwork ?? 0,
      isStuffing: await context.stuffing.isUnderWay(now),
    }),
  };
}
