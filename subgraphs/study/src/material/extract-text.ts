import type { MaterialKind } from '@studymate/database/study';

/** A file that its reader cannot make sense of; the message is for the learner. */
export class UnreadableFileError extends Error {
  override readonly name = 'UnreadableFileError';
}

/** UTF-8, or UTF-16 with a byte order mark. */
function decodeText(body: Buffer): string {
  const encoding =
    body[0] === 0xff && body[1] === 0xfe
      ? 'utf-16le'
      : body[0] === 0xfe && body[1] === 0xff
        ? 'utf-16be'
        : 'utf-8';
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(body);
  } catch {
    throw new UnreadableFileError('The file is no text in UTF-8 or UTF-16.');
  }
}

/** The text of a file; throws UnreadableFileError when it is not what its kind says. */
export async function extractText(kind: MaterialKind, body: Buffer): Promise<string> {
  switch (kind) {
    case 'NOTE':
    case 'TRANSCRIPT':
      return decodeText(body);
    default:
      throw new UnreadableFileError(`Files of kind ${kind} cannot be read.`);
  }
}
