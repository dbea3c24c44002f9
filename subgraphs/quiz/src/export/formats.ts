import { readAiken } from '../import/aiken.ts';
import { readGift } from '../import/gift.map.ts';
import type { ImportedItem } from '../import/imported-question.ts';
import { readMoodleXml } from '../import/moodle-xml.ts';
import { readQti } from '../import/qti.ts';
import { writeAiken } from './aiken.write.ts';
import type { ExportedQuestion } from './exported-question.ts';
import { writeGift } from './gift.write.ts';
import { moodleFoot, moodleHead, writeMoodleXml } from './moodle-xml.write.ts';
import { packQti, writeQti } from './qti.write.ts';

/** How a format is written, question by question, and read back. */
export interface WrittenFormat {
  readonly extension: string;
  readonly contentType: string;
  /** The question in the format; null for what it has no words for. */
  readonly write: (question: ExportedQuestion) => string | null;
  /** What our own reader makes of the question by itself. */
  readonly read: (written: string) => Iterable<ImportedItem>;
  /** The file of all questions. */
  readonly assemble: (written: readonly string[]) => Uint8Array;
}

const inLines = (written: readonly string[]) => Buffer.from(written.join('\n'));
const inMoodleQuiz = (questions: string) => `${moodleHead}${questions}${moodleFoot}`;

export const writtenFormats = {
  GIFT: {
    extension: 'gift.txt',
    contentType: 'text/plain; charset=utf-8',
    write: writeGift,
    read: readGift,
    assemble: inLines,
  },
  AIKEN: {
    extension: 'aiken.txt',
    contentType: 'text/plain; charset=utf-8',
    write: writeAiken,
    read: readAiken,
    assemble: inLines,
  },
  MOODLE_XML: {
    extension: 'xml',
    contentType: 'application/xml',
    write: writeMoodleXml,
    read: (written) => readMoodleXml(inMoodleQuiz(written)),
    assemble: (written) => Buffer.from(inMoodleQuiz(written.join(''))),
  },
  QTI3: {
    extension: 'qti3.zip',
    contentType: 'application/zip',
    write: writeQti,
    read: readQti,
    assemble: packQti,
  },
} satisfies Readonly<Record<string, WrittenFormat>>;
