import { DatabaseSync } from 'node:sqlite';
import { zstdCompressSync } from 'node:zlib';
import { strToU8, zipSync } from 'fflate';
import { PbfWriter } from 'pbf';

/** A note type as the newer schema has it. */
interface Notetype {
  readonly id: bigint;
  readonly isCloze: boolean;
  readonly fields: readonly string[];
  readonly templates: readonly (readonly [question: string, answer: string])[];
}

interface AnkiNote {
  readonly notetype: Notetype;
  readonly fields: readonly string[];
  readonly tags?: string;
  /** Ordinals of its cards, and the deck's number. */
  readonly cards: readonly number[];
  readonly deck?: number;
  readonly suspended?: boolean;
  /** Answers to its cards: ordinal, ease, instant. */
  readonly reviews?: readonly (readonly [ord: number, ease: number, at: string, type?: number])[];
}

export const basic: Notetype = {
  id: 1_700_000_000_000_000_001n,
  isCloze: false,
  fields: ['Front', 'Back'],
  templates: [['{{Front}}', '{{FrontSide}}<hr id=answer>{{Back}}']],
};
export const capitals: Notetype = {
  id: 1_700_000_000_000_000_002n,
  isCloze: false,
  fields: ['Country', 'Capital', 'Note'],
  templates: [
    ['Capital of {{Country}}?', '{{FrontSide}}<hr>{{Capital}}{{#Note}}<br>{{Note}}{{/Note}}'],
    ['{{Capital}} is the capital of?', '{{Country}}'],
  ],
};
export const cloze: Notetype = {
  id: 1_700_000_000_000_000_003n,
  isCloze: true,
  fields: ['Text', 'Extra'],
  templates: [['{{cloze:Text}}', '{{cloze:Text}}<br>{{Extra}}']],
};

/** The configuration of a note type: field 1 is its kind. */
function notetypeConfig({ isCloze }: Notetype): Uint8Array {
  const writer = new PbfWriter();
  writer.writeVarintField(1, isCloze ? 1 : 0);
  writer.writeStringField(3, '.card {}');
  return writer.finish();
}

function templateConfig([question, answer]: readonly [string, string]): Uint8Array {
  const writer = new PbfWriter();
  writer.writeStringField(1, question);
  writer.writeStringField(2, answer);
  return writer.finish();
}

/** Anki's tables of schema 18, as far as a package of notes fills them, with its own collation. */
const tables = `
  create table notetypes (id integer not null primary key, name text not null collate nocase, config blob not null);
  create unique index idx_notetypes_name on notetypes (name);
  create table fields (ntid integer not null, ord integer not null, name text not null collate nocase,
    config blob not null, primary key (ntid, ord)) without rowid;
  create unique index idx_fields_name_ntid on fields (name, ntid);
  create table templates (ntid integer not null, ord integer not null, name text not null collate nocase,
    config blob not null, primary key (ntid, ord)) without rowid;
  create table decks (id integer primary key not null, name text not null collate nocase);
  create table notes (id integer primary key, mid integer not null, tags text not null, flds text not null);
  create table cards (id integer primary key, nid integer not null, did integer not null, ord integer not null,
    queue integer not null);
  create table revlog (id integer primary key, cid integer not null, ease integer not null, time integer not null,
    type integer not null);`;

function fill(database: DatabaseSync, decks: readonly string[], notes: readonly AnkiNote[]): void {
  for (const [index, name] of decks.entries())
    database.prepare('insert into decks values (?, ?)').run(index + 1, name.replaceAll('::', '\u001f'));
  for (const notetype of new Set(notes.map((note) => note.notetype))) {
    database
      .prepare('insert into notetypes values (?, ?, ?)')
      .run(notetype.id, `Type ${notetype.id}`, notetypeConfig(notetype));
    for (const [ord, name] of notetype.fields.entries())
      database.prepare("insert into fields values (?, ?, ?, x'')").run(notetype.id, ord, name);
    for (const [ord, template] of notetype.templates.entries())
      database
        .prepare('insert into templates values (?, ?, ?, ?)')
        .run(notetype.id, ord, `Card ${ord}`, templateConfig(template));
  }
  let card = 1;
  for (const [index, note] of notes.entries()) {
    const flds = note.fields.join('\u001f');
    database
      .prepare('insert into notes values (?, ?, ?, ?)')
      .run(index + 1, note.notetype.id, note.tags ?? '', flds);
    for (const ord of note.cards) {
      database
        .prepare('insert into cards values (?, ?, ?, ?, ?)')
        .run(card, index + 1, note.deck ?? 1, ord, note.suspended ? -1 : 0);
      for (const [, ease, at, type = 1] of note.reviews?.filter(([of]) => of === ord) ?? [])
        database
          .prepare('insert into revlog values (?, ?, ?, 4000, ?)')
          .run(new Date(at).getTime(), card, ease, type);
      card += 1;
    }
  }
}

/** A package as Anki 2.1.50 and later exports it: the collection compressed with Zstandard, beside an old one that only asks for an update. */
export function newerPackage(decks: readonly string[], notes: readonly AnkiNote[]): Uint8Array {
  const database = new DatabaseSync(':memory:', { defensive: false });
  database.exec(tables);
  fill(database, decks, notes);
  database.exec(`pragma writable_schema = on;
    update sqlite_schema set sql = replace(sql, 'collate nocase', 'COLLATE unicase')`);
  const collection = zstdCompressSync(database.serialize());
  database.close();
  return zipSync({
    meta: Uint8Array.of(0x08, 3),
    'collection.anki21b': collection,
    'collection.anki2': strToU8('Please update to the latest Anki version.'),
    media: zstdCompressSync(new Uint8Array()),
  });
}
