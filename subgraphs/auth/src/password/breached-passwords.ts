import { createHash } from 'node:crypto';
import { counter } from '@studymate/runtime';
import { createCircuit } from '@studymate/runtime/circuit';

const timeoutMs = 1_500;
const prefixLength = 5;

const checks = counter({
  name: 'breached_password_checks_total',
  help: 'New passwords looked up at HIBP_URL: found, not found, or not answered.',
  labels: ['outcome'],
});

/** The range service answered, and not with a range. */
class RangeRefused extends Error {
  override readonly name = 'RangeRefused';
}

async function fetchRange(url: string, prefix: string): Promise<string> {
  const response = await fetch(`${url}/range/${prefix}`, {
    headers: { 'add-padding': 'true' },
    signal: AbortSignal.timeout(timeoutMs),
  });
  if (response.status >= 400 && response.status < 500)
    throw new RangeRefused(`It answered ${response.status}.`);
  if (!response.ok) throw new Error(`It answered ${response.status}.`);
  return response.text();
}

/** Whether the range names the rest of the hash; entries that are there for padding have a count of 0. */
const isInRange = (range: string, suffix: string): boolean =>
  range.split('\n').some((line) => {
    const [known, count] = line.trim().split(':');
    return known === suffix && Number(count) > 0;
  });

export interface BreachedPasswords {
  isBreached(password: string): Promise<boolean>;
}

/**
 * Looks passwords up in Have I Been Pwned's Pwned Passwords, or what speaks its range API, by k-anonymity: only the
 * first five hex digits of the SHA-1 leave this process. While it does not answer, or without a URL, nothing is known
 * to be breached, and the list that ships with the code decides alone.
 */
export function createBreachedPasswords(url: string | null): BreachedPasswords {
  if (url === null) return { isBreached: async () => false };
  const circuit = createCircuit({
    name: 'Pwned Passwords',
    timeoutMs,
    isRefusal: (error) => error instanceof RangeRefused,
  });
  return {
    async isBreached(password) {
      const hash = createHash('sha1').update(password, 'utf8').digest('hex').toUpperCase();
      const range = await circuit.run(() => fetchRange(url, hash.slice(0, prefixLength))).catch(() => null);
      const isBreached = range !== null && isInRange(range, hash.slice(prefixLength));
      checks.inc({ outcome: range === null ? 'unanswered' : isBreached ? 'found' : 'not_found' });
      return isBreached;
    },
  };
}
