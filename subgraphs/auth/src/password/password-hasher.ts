import { hash, verify } from '@node-rs/argon2';
import { createBulkhead } from './bulkhead.ts';
import { normalizePassword } from './password-rules.ts';
import { applyPepper, type Pepper } from './pepper.ts';

/** OWASP's minimum for Argon2id (the library's default variant): 19 MiB, 2 passes, 1 lane. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;
const costMark = `$m=${cost.memoryCost},t=${cost.timeCost},p=${cost.parallelism}$`;

export interface HashedPassword {
  readonly hash: string;
  readonly pepperVersion: number;
}

export interface PasswordVerdict {
  readonly matches: boolean;
  /** Right, but hashed with an older pepper or at a lower cost: hash it again. */
  readonly isStale: boolean;
}

/**
 * Hashes passwords (Argon2id, RFC 9106, over a peppered HMAC), two at a time with 64 waiting; beyond that it
 * throws RATE_LIMITED.
 */
export function createPasswordHasher(peppers: readonly Pepper[]) {
  const [current] = peppers;
  if (!current) throw new Error('There is no password pepper.');
  const inTurn = createBulkhead({ concurrent: 2, queued: 64 });
  const hashNow = async (password: string): Promise<HashedPassword> => ({
    hash: await hash(applyPepper(current, normalizePassword(password)), cost),
    pepperVersion: current.version,
  });
  let decoy: Promise<HashedPassword> | undefined;

  return {
    hash: (password: string): Promise<HashedPassword> => inTurn(() => hashNow(password)),

    /** Takes the same time when there is no such account (`stored` is null): a decoy is checked, and fails. */
    async verify(password: string, stored: HashedPassword | null): Promise<PasswordVerdict> {
      decoy ??= hashNow('the password of nobody');
      const against = stored ?? (await decoy);
      const pepper = peppers.find(({ version }) => version === against.pepperVersion) ?? current;
      const peppered = applyPepper(pepper, normalizePassword(password));
      const isRight = await inTurn(() => verify(against.hash, peppered));
      const isCurrent = pepper === current && against.hash.includes(costMark);
      return { matches: isRight && stored !== null, isStale: !isCurrent };
    },
  };
}

export type PasswordHasher = ReturnType<typeof createPasswordHasher>;
