const maxLength = 200;

/**
 * The name of one occasion to notify of. Two messages to one learner with the same key are one message: the
 * database keeps (user, key) unique, so a repeated event or job changes nothing.
 */
export function dedupeKey(kind: string, ...parts: readonly string[]): string {
  const key = [kind, ...parts].map((part) => part.replaceAll('%', '%25').replaceAll(':', '%3A')).join(':');
  if (key.length > maxLength) throw new RangeError(`The dedupe key of ${kind} is too long.`);
  return key;
}
