import { readFileSync, statSync } from 'node:fs';
import type { Logger } from '@studymate/runtime';

const lookEveryMs = 1_000;

export interface WatchedFile<T> {
  readonly path: string;
  readonly parse: (text: string) => T;
  readonly logger: Logger;
}

/**
 * What a file of the operator's says, read again within a second of its change. One that is away or cannot be read
 * changes nothing: what was read before goes on to count, and the log says so. At start it has to be right.
 */
export function watchFile<T>({ path, parse, logger }: WatchedFile<T>): () => T {
  let value = parse(readFileSync(path, 'utf8'));
  let readMs = statSync(path).mtimeMs;
  let lookedAt = performance.now();
  return () => {
    if (performance.now() - lookedAt < lookEveryMs) return value;
    lookedAt = performance.now();
    try {
      const { mtimeMs } = statSync(path);
      if (mtimeMs !== readMs) {
        readMs = mtimeMs;
        value = parse(readFileSync(path, 'utf8'));
      }
    } catch (error) {
      logger.warn({ path, reason: String(error) }, 'the file was not read; what it said before counts');
    }
    return value;
  };
}
