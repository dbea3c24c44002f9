import { readAiken } from './aiken.ts';
import { decodeText } from './decode.ts';
import { readGift } from './gift.map.ts';
import type { ImportedItem } from './imported-question.ts';
import { readMoodleXml } from './moodle-xml.ts';
import { readOpenTrivia } from './open-trivia.ts';
import { readQti } from './qti.ts';
import { isArchive, readQtiPackage } from './qti-package.ts';

const textReaders = {
  GIFT: readGift,
  AIKEN: readAiken,
  MOODLE_XML: readMoodleXml,
  OPEN_TRIVIA: readOpenTrivia,
  QTI3: readQti,
  QTI22: readQti,
};

export type QuestionFormat = keyof typeof textReaders;

/** Something of a file, and the share of the file that has been read with it, 0 to 1. */
export interface ReadItem {
  readonly item: ImportedItem;
  readonly share: number;
}

/** Reads a file, item by item, so that no large one holds a thread for long. */
export function* readQuestions(format: QuestionFormat, source: string | Uint8Array): Generator<ReadItem> {
  const isQti = format === 'QTI3' || format === 'QTI22';
  if (isQti && typeof source !== 'string' && isArchive(source)) return yield* readQtiPackage(source);
  const { text, problems } = typeof source === 'string' ? { text: source, problems: [] } : decodeText(source);
  for (const problem of problems) yield { item: { kind: 'PROBLEM', ...problem }, share: 0 };
  const lines = countLines(text);
  for (const item of textReaders[format](text)) yield { item, share: Math.min(1, (item.line ?? 0) / lines) };
}

function countLines(text: string): number {
  let lines = 1;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines += 1;
  return lines;
}
