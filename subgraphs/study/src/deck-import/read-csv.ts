import { CsvError, parse } from 'csv-parse/sync';
import { z } from 'zod';
import { UnreadableFileError } from '../material/extract/unreadable-file.ts';
import {
  type ImportedNote,
  type ImportProblem,
  maxNotes,
  nameOf,
  noteOf,
  type ReadDeck,
} from './imported-note.ts';

/** What a first row may name its columns, if it does: as our export does. */
const columns = ['front', 'back', 'tags', 'kind'] as const;
type Column = (typeof columns)[number];

/** Lines with which Anki's own export begins, such as `#separator:tab`. */
const directives = /^(#[a-z ]+:.*(?:\n|$))+/u;

const recordsSchema = z.array(
  z.object({ record: z.array(z.string()), info: z.object({ lines: z.number() }) }),
);

function parseRows(text: string, delimiter: string) {
  try {
    const options = { delimiter, info: true, relax_column_count: true, skip_empty_lines: true, bom: true };
    return recordsSchema.parse(parse(text, options));
  } catch (error) {
    if (error instanceof CsvError)
      throw new UnreadableFileError(`The table cannot be read: ${error.message}`);
    throw error;
  }
}

/** Which place each column has: as a first row says, else front, back and tags in this order. */
function placesOf(first: readonly string[]): { places: Map<Column, number>; isNamed: boolean } {
  const names = first.map((name) => name.trim().toLowerCase());
  const isNamed = names.includes('front') && names.includes('back');
  const places = isNamed
    ? columns.flatMap((column) => (names.includes(column) ? [[column, names.indexOf(column)] as const] : []))
    : ([
        ['front', 0],
        ['back', 1],
        ['tags', 2],
      ] as const);
  return { places: new Map(places), isNamed };
}

/**
 * The notes of a table (RFC 4180): a row each, with front, back, tags (separated by blanks) and perhaps the kind
 * `REVERSED`. A front with gaps such as `{{c1::answer}}` is a cloze note.
 */
export function readCsv(text: string, delimiter: ',' | '\t'): ReadDeck {
  const plain = text.replace(/\r\n?/gu, '\n');
  const head = directives.exec(plain)?.[0] ?? '';
  const skipped = head.split('\n').length - 1;
  const rows = parseRows(plain.slice(head.length), delimiter);
  if (rows.length > maxNotes) throw new UnreadableFileError(`The table has more than ${maxNotes} rows.`);
  const { places, isNamed } = placesOf(rows[0]?.record ?? []);
  const notes: ImportedNote[] = [];
  const problems: ImportProblem[] = [];
  let line = skipped + 1;
  for (const [index, { record, info }] of rows.entries()) {
    const begins = line;
    line = skipped + info.lines + 1;
    if (isNamed && index === 0) continue;
    const cell = (column: Column) => record[places.get(column) ?? -1]?.trim() ?? '';
    if (record.length < 2) {
      problems.push({ line: begins, item: nameOf(record[0] ?? ''), message: 'the row has one column only' });
      continue;
    }
    const tags = cell('tags')
      .split(/\s+/u)
      .filter((tag) => tag !== '');
    const kind = cell('kind').toUpperCase() === 'REVERSED' ? 'REVERSED' : 'BASIC';
    notes.push(noteOf({ line: begins, kind }, { front: cell('front'), back: cell('back'), tags }));
  }
  return { title: null, notes, problems };
}
