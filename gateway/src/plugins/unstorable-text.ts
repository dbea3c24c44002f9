import { refusal } from './read-body.ts';

const isUnstorable = (text: string): boolean => text.includes('\u0000') || !text.isWellFormed();

function holdsUnstorable(value: unknown): boolean {
  if (typeof value === 'string') return isUnstorable(value);
  if (Array.isArray(value)) return value.some(holdsUnstorable);
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([key, item]) => isUnstorable(key) || holdsUnstorable(item));
}

/** What such text looks like in JSON: the escapes of U+0000 and of surrogates. */
const suspicious = /\\u(?:0000|d[89a-f])/i;

/** Refuses text that no database can hold, NUL and lone surrogates, before anybody stores or alters it (400). */
export function refuseUnstorableText(body: Buffer, value: unknown): void {
  if (!suspicious.test(body.toString('latin1')) || !holdsUnstorable(value)) return;
  throw refusal(400, 'BAD_USER_INPUT', 'The request holds a NUL character or half of a surrogate pair.');
}
