import type { ImportProblem } from './imported-question.ts';

export interface DecodedText {
  readonly text: string;
  readonly problems: readonly ImportProblem[];
}

const lineFeed = 0x0a;
const fallback = 'windows-1252';
const longestLine = 80;
const noCharacter = '\u0000';

/**
 * The text of a file. UTF-16 says so by its byte order mark, an XML file by its declaration. Otherwise it is UTF-8; a
 * line that is not is read as Windows-1252 (of which ISO 8859-1 is a part) and named, as is a U+0000, which no text can hold.
 */
export function decodeText(body: Uint8Array): DecodedText {
  const { text, problems } = decodeBytes(body);
  if (!text.includes(noCharacter)) return { text, problems };
  const line = text.slice(0, text.indexOf(noCharacter)).split('\n').length;
  const message = 'here and maybe further on the file holds the character U+0000, which is left out';
  return { text: text.replaceAll(noCharacter, ''), problems: [{ line, item: null, message }, ...problems] };
}

function decodeBytes(body: Uint8Array): DecodedText {
  const declared = declaredEncoding(body);
  if (declared === null) return decodeLines(body);
  try {
    return { text: new TextDecoder(declared, { fatal: true }).decode(body), problems: [] };
  } catch {
    const { text, problems } = decodeLines(body);
    const message = `the file is not in ${declared}, as it says it is`;
    return { text, problems: [{ line: 1, item: declared, message }, ...problems] };
  }
}

/** The encoding a file names itself, other than UTF-8. */
function declaredEncoding(body: Uint8Array): string | null {
  const [first, second] = body;
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  const head = Buffer.from(body.subarray(0, 200)).toString('latin1');
  const name = /^(?:\u00ef\u00bb\u00bf)?<\?xml[^>]*\bencoding=["']([\w.:-]+)["']/
    .exec(head)?.[1]
    ?.toLowerCase();
  return name === undefined || name === 'utf-8' || name === 'us-ascii' ? null : name;
}

function decodeLines(body: Uint8Array): DecodedText {
  const strict = new TextDecoder('utf-8', { fatal: true });
  try {
    return { text: strict.decode(body), problems: [] };
  } catch {
    return decodeEachLine(body, new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }));
  }
}

function decodeEachLine(body: Uint8Array, strict: TextDecoder): DecodedText {
  const lax = new TextDecoder(fallback);
  const parts: string[] = [];
  const problems: ImportProblem[] = [];
  for (let from = 0, line = 1; from < body.length; line += 1) {
    const end = body.indexOf(lineFeed, from);
    const bytes = body.subarray(from, end < 0 ? body.length : end + 1);
    try {
      parts.push(strict.decode(bytes));
    } catch {
      const text = lax.decode(bytes);
      parts.push(text);
      const item = text.trim().slice(0, longestLine);
      problems.push({ line, item, message: 'the line is not in UTF-8 and was read as Windows-1252' });
    }
    from += bytes.length;
  }
  return { text: parts.join(''), problems };
}
