import { randomUUID } from 'node:crypto';
import { type Clock, counter, gauge } from '@studymate/runtime';
import type { Redis } from 'ioredis';

const windowMs = 600_000;
/** Typing errors are rarer than right passwords; lists of stolen ones are wrong nearly always. */
const failuresPerSuccess = 3;
const longestLog = 20_000;
const believedMs = 100;

const accountsGuessedAt = gauge({
  name: 'credential_stuffing_accounts',
  help: 'Accounts guessed at in the last ten minutes from devices that they do not know, as last looked at.',
});
const guesses = counter({
  name: 'credential_stuffing_guesses_total',
  help: 'Sign-ins tried from unknown devices while stolen passwords are tried out on many accounts.',
});

/**
 * Sees when passwords are tried out on many accounts, from however many addresses: of the sign-ins from devices that
 * their accounts do not know, at least `manyAccounts` different accounts failed in ten minutes, three for each one that
 * passed. Counted over all replicas through Redis; while that is away, nothing is seen.
 */
export function createStuffingWatch(
  redis: Redis,
  { manyAccounts, prefix }: { readonly manyAccounts: number; readonly prefix: string },
) {
  const failuresKey = `${prefix}:{stuffing}:failed`;
  const successesKey = `${prefix}:{stuffing}:passed`;
  let seen = { isUnderWay: false, atMs: Number.NEGATIVE_INFINITY };

  const note = async (key: string, member: string, now: Clock): Promise<void> => {
    const at = now().getTime();
    await redis
      .multi()
      .zadd(key, at, member)
      .zremrangebyscore(key, '-inf', at - windowMs)
      .zremrangebyrank(key, 0, -longestLog - 1)
      .pexpire(key, windowMs)
      .exec()
      .catch(() => undefined);
  };

  const look = async (now: Clock): Promise<boolean> => {
    const since = `(${now().getTime() - windowMs}`;
    const failed = await redis.zcount(failuresKey, since, '+inf');
    accountsGuessedAt.set(failed);
    if (failed < manyAccounts) return false;
    return failed >= failuresPerSuccess * (await redis.zcount(successesKey, since, '+inf'));
  };

  return {
    noteFailure: (account: string, now: Clock) => {
      if (seen.isUnderWay) guesses.inc();
      return note(failuresKey, account, now);
    },
    noteSuccess: (now: Clock) => note(successesKey, randomUUID(), now),
    /** As it was at most a tenth of a second ago. */
    async isUnderWay(now: Clock): Promise<boolean> {
      if (performance.now() - seen.atMs > believedMs) {
        seen = { isUnderWay: await look(now).catch(() => false), atMs: performance.now() };
      }
      return seen.isUnderWay;
    },
  };
}

export type StuffingWatch = ReturnType<typeof createStuffingWatch>;
