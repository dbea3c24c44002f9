import { createHash } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import { strToU8, zipSync } from 'fflate';
import { listGaps } from '../card/cloze.ts';
import { modelIds, modelsOf } from './anki-models.ts';
import type { ExportedNote } from './exported-note.ts';

/** Anki's collection of schema 11, the oldest that every version from 2.0 on reads. */
const tables = `
  create table col (id integer primary key, crt integer not null, mod integer not null, scm integer not null,
    ver integer not null, dty integer not null, usn integer not null, ls integer not null, conf text not null,
    models text not null, decks text not null, dconf text not null, tags text not null);
  create table notes (id integer primary key, guid text not null, mid integer not null, mod integer not null,
    usn integer not null, tags text not null, flds text not null, sfld integer not null, csum integer not null,
    flags integer not null, data text not null);
  create table cards (id integer primary key, nid integer not null, did integer not null, ord integer not null,
    mod integer not null, usn integer not null, type integer not null, queue integer not null, due integer not null,
    ivl integer not null, factor integer not null, reps integer not null, lapses integer not null,
    left integer not null, odue integer not null, odid integer not null, flags integer not null, data text not null);
  create table revlog (id integer primary key, cid integer not null, usn integer not null, ease integer not null,
    ivl integer not null, lastIvl integer not null, factor integer not null, time integer not null, type integer not null);
  create table graves (usn integer not null, oid integer not null, type integer not null);
  create index ix_notes_csum on notes (csum);
  create index ix_cards_nid on cards (nid);
  create index ix_cards_sched on cards (did, queue, due);
  create index ix_revlog_cid on revlog (cid);`;

const fieldSeparator = '\u001f';

/** Text as a field of Anki's, which is HTML. */
const toHtml = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(fieldSeparator, ' ')
    .replaceAll('\n', '<br>');

/** Anki's checksum of a note's first field: the first 32 bits of SHA-1. */
const checksum = (field: string): number =>
  Number.parseInt(createHash('sha1').update(field).digest('hex').slice(0, 8), 16);

function fieldsOf({ kind, front, back, cloze }: ExportedNote): string[] {
  if (kind !== 'CLOZE') return [toHtml(front), toHtml(back)];
  return [toHtml([front, cloze ?? ''].filter((text) => text !== '').join('\n\n')), toHtml(back)];
}

/** The ordinals of the cards that Anki makes of the note. */
function ordinalsOf({ kind, cloze }: ExportedNote): number[] {
  if (kind === 'CLOZE') return listGaps(cloze ?? '').map((number) => number - 1);
  return kind === 'REVERSED' ? [0, 1] : [0];
}

interface PackagePlan {
  readonly title: string;
  readonly notes: readonly ExportedNote[];
  readonly at: Date;
}

function fillCollection(collection: DatabaseSync, { title, notes, at }: PackagePlan): void {
  const base = at.getTime();
  const seconds = Math.floor(base / 1_000);
  const deck = { id: base, name: title, mod: seconds, usn: -1, desc: '', dyn: 0, conf: 1, collapsed: false };
  const today = { newToday: [0, 0], revToday: [0, 0], lrnToday: [0, 0], timeToday: [0, 0] };
  const decks = { 1: { ...deck, ...today, id: 1, name: 'Default' }, [base]: { ...deck, ...today } };
  collection
    .prepare('insert into col values (1, ?, ?, ?, 11, 0, 0, 0, ?, ?, ?, ?, ?)')
    .run(seconds, base, base, '{}', JSON.stringify(modelsOf(base)), JSON.stringify(decks), '{}', '{}');
  const insertNote = collection.prepare("insert into notes values (?, ?, ?, ?, -1, ?, ?, ?, ?, 0, '')");
  const insertCard = collection.prepare(
    "insert into cards values (?, ?, ?, ?, ?, -1, 0, ?, ?, 0, 0, 0, 0, 0, 0, 0, 0, '')",
  );
  let cards = 0;
  for (const [index, note] of notes.entries()) {
    const id = base + index;
    const fields = fieldsOf(note);
    const [first = ''] = fields;
    const guid = createHash('sha256')
      .update(`${title}\0${fields.join(fieldSeparator)}`)
      .digest('base64url');
    const tags = note.tags.map((tag) => tag.replace(/\s+/gu, '_')).join(' ');
    insertNote.run(
      id,
      guid.slice(0, 16),
      modelIds[note.kind],
      seconds,
      tags === '' ? '' : ` ${tags} `,
      fields.join(fieldSeparator),
      first,
      checksum(first),
    );
    for (const ordinal of ordinalsOf(note)) {
      insertCard.run(base + cards, id, base, ordinal, seconds, note.suspended ? -1 : 0, index + 1);
      cards += 1;
    }
  }
}

/** The notes as an Anki package (.apkg) of the classic format, without media and without schedules. */
export function writeApkg(plan: PackagePlan): Uint8Array {
  const collection = new DatabaseSync(':memory:');
  try {
    collection.exec(tables);
    collection.exec('begin');
    fillCollection(collection, plan);
    collection.exec('commit');
    return zipSync({ 'collection.anki2': collection.serialize(), media: strToU8('{}') }, { level: 6 });
  } finally {
    collection.close();
  }
}
