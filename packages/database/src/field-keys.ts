import { readFileSync, statSync } from 'node:fs';
import { isProduction } from '@studymate/runtime';
import type { NamedKey } from './sealed-value.ts';

const keyBytes = 32;
const developmentKeys = `development:${Buffer.alloc(keyBytes, 'never in production').toString('base64')}`;
/** How long a process may go on with keys that its file does not hold any more. */
const lookEveryMs = 5_000;

/** The keys of the installation: the first encrypts, all decrypt. */
interface FieldKeys {
  current(): NamedKey;
  find(id: string): NamedKey | undefined;
}

function parseKeys(text: string): [NamedKey, ...NamedKey[]] {
  const [first, ...others] = text
    .trim()
    .split(/\s*[,\n]\s*/)
    .map((entry) => {
      const [id = '', encoded = ''] = entry.split(':');
      const key = Buffer.from(encoded, 'base64');
      if (!/^[a-z0-9-]{1,32}$/.test(id) || key.length !== keyBytes) {
        throw new Error('FIELD_KEYS must be `id:base64` pairs of 32-byte keys, parted by commas.');
      }
      return { id, key };
    });
  if (!first) throw new Error('FIELD_KEYS is empty.');
  return [first, ...others];
}

const ringOf = ([first, ...others]: [NamedKey, ...NamedKey[]]): FieldKeys => ({
  current: () => first,
  find: (id) => [first, ...others].find((key) => key.id === id),
});

/** Keys of a file that an operator may replace: looked at every 5 s, and at once for a key that is not known. */
function watchFile(path: string): FieldKeys {
  let keys = ringOf(parseKeys(readFileSync(path, 'utf8')));
  let readMs = statSync(path).mtimeMs;
  let lookedAt = performance.now();

  const look = (): FieldKeys => {
    lookedAt = performance.now();
    try {
      const { mtimeMs } = statSync(path);
      if (mtimeMs !== readMs) keys = ringOf(parseKeys(readFileSync(path, 'utf8')));
      readMs = mtimeMs;
    } catch {
      // Half written or away: what was read before still opens what was written before.
    }
    return keys;
  };
  return {
    current: () => (performance.now() - lookedAt > lookEveryMs ? look() : keys).current(),
    find: (id) => keys.find(id) ?? look().find(id),
  };
}

/** FIELD_KEYS_FILE, read again as it changes, else FIELD_KEYS; outside production a known key stands in. */
export function readFieldKeys(env: NodeJS.ProcessEnv = process.env): FieldKeys {
  if (env.FIELD_KEYS_FILE !== undefined) return watchFile(env.FIELD_KEYS_FILE);
  const text = env.FIELD_KEYS ?? developmentKeys;
  if (isProduction(env) && text === developmentKeys) {
    throw new Error('FIELD_KEYS must be set in production: `id:base64` with 32 random bytes.');
  }
  return ringOf(parseKeys(text));
}
