import { DomainError, rateLimited } from '@studymate/contracts';
import type { Context } from '../context.ts';
import { type Permit, retryAfterSeconds } from '../limit/limiter.ts';
import { recordLogin } from './login-event.service.ts';
import type { RiskReason } from './risk-score.ts';

const tenMinutesMs = 600_000;
const manyAccountFailures = 5;
const manyNetworkFailures = 20;

/** A guess that may be evaluated. Right ones are given back, so that only failures add up. */
export interface GuessPermit {
  release(): Promise<void>;
  /** What the failures so far say about the risk of this one. */
  readonly signs: Partial<Record<RiskReason, number>>;
}

interface Guess {
  /** Hash of the address: unknown ones are counted like known ones. */
  readonly account: string;
  /** Null when the address is unknown. */
  readonly userId: string | null;
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
  const isKnownDevice = (await context.loginEvents.history(userId ?? '', origin.deviceHash)).thisDevice;
  const name = `account:${account}`;

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
      take: () => limiter.take(`failures:${origin.network}`, { limit: 10_000, windowMs: tenMinutesMs }, now),
      refuse: (permit) => refusal(context, permit),
    },
  ]);
  if ('refused' in taken) {
    const outcome = taken.refused.code === 'ACCOUNT_LOCKED' ? 'LOCKED' : 'THROTTLED';
    await recordLogin(context, { userId, outcome, method: 'PASSWORD' });
    throw taken.refused;
  }

  const [ofPair, , ofAccount, ofNetwork] = taken.permits;
  const accountFailures = Math.max(ofPair?.used ?? 0, ofAccount?.used ?? 0) - 1;
  return {
    release: async () => {
      await Promise.all(taken.permits.map((permit) => permit.release()));
    },
    signs: {
      ACCOUNT_UNDER_ATTACK: accountFailures >= manyAccountFailures ? 1 : 0,
      ADDRESS_UNDER_SUSPICION: (ofNetwork?.used ?? 0) > manyNetworkFailures ? 1 : 0,
    },
  };
}
