/** Every control character but tab and line feed. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is to be removed
const controls = /[\u0000-\u0008\u000b-\u001f\u007f\u0080-\u009f]/gu;

/**
 * A text as it is kept: NFC, lines ended by LF, without byte order mark and control characters, no more than
 * two empty lines in a row, no space at its ends. Doing it again changes nothing.
 */
export const normalizeText = (text: string): string =>
  text
    .replace(/^\ufeff/u, '')
    .replace(/\r\n?|\u2028|\u2029|\f|\u0085/gu, '\n')
    .replace(controls, '')
    .toWellFormed()
    .normalize('NFC')
    .replace(/[ \t]+$/gmu, '')
    .replace(/\n{4,}/gu, '\n\n\n')
    .trim();
