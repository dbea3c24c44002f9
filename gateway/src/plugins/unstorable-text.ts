import { type DocumentNode, visit } from 'graphql';
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

const unstorable = () =>
  refusal(400, 'BAD_USER_INPUT', 'The request holds a NUL character or half of a surrogate pair.');

/** Refuses text that no database can hold, NUL and lone surrogates, before anybody stores or alters it (400). */
export function refuseUnstorableText(body: Buffer, value: unknown): void {
  if (!suspicious.test(body.toString('latin1')) || !holdsUnstorable(value)) return;
  throw unstorable();
}

/** What GraphQL's escapes of U+0000 look like; halves of pairs do not even parse there. */
const escapedNul = /\\u(?:0000|\{0+\})/;

/** The same for text in an operation itself. */
export function refuseUnstorableLiterals(source: string, document: DocumentNode): void {
  if (!escapedNul.test(source)) return;
  visit(document, {
    StringValue: ({ value }) => {
      if (isUnstorable(value)) throw unstorable();
    },
  });
}
