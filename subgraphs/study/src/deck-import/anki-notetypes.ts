import type { DatabaseSync } from 'node:sqlite';
import { PbfReader } from 'pbf';
import { z } from 'zod';

export interface AnkiNotetype {
  readonly isCloze: boolean;
  readonly fields: readonly string[];
  /** By the ordinal of the cards that they make. */
  readonly templates: ReadonlyMap<number, { readonly question: string; readonly answer: string }>;
}

const modelsSchema = z.record(
  z.string(),
  z.object({
    type: z.number(),
    flds: z.array(z.object({ name: z.string(), ord: z.number() })),
    tmpls: z.array(z.object({ ord: z.number(), qfmt: z.string(), afmt: z.string() })),
  }),
);
const decksSchema = z.record(z.string(), z.object({ name: z.string() }));
const bytes = z.instanceof(Uint8Array);

/** Whether the collection is of the newer schema, which has tables where the older has JSON in `col`. */
export function hasTables(collection: DatabaseSync): boolean {
  const row = collection
    .prepare("select 1 from sqlite_schema where type = 'table' and name = 'notetypes'")
    .get();
  return row !== undefined;
}

function readModels(collection: DatabaseSync): Map<string, AnkiNotetype> {
  const { models } = z
    .object({ models: z.string() })
    .parse(collection.prepare('select models from col').get());
  return new Map(
    Object.entries(modelsSchema.parse(JSON.parse(models))).map(([id, { type, flds, tmpls }]) => [
      id,
      {
        isCloze: type === 1,
        fields: flds.toSorted((one, other) => one.ord - other.ord).map(({ name }) => name),
        templates: new Map(tmpls.map(({ ord, qfmt, afmt }) => [ord, { question: qfmt, answer: afmt }])),
      },
    ]),
  );
}

/** Field 1 of `Notetype.Config` is the kind: 1 for cloze (anki/notetypes.proto). */
const readsCloze = (config: Uint8Array): boolean =>
  new PbfReader(config).readFields(
    (tag, found, reader) => {
      if (tag === 1) found.isCloze = reader.readVarint() === 1;
    },
    { isCloze: false },
  ).isCloze;

/** Fields 1 and 2 of `Notetype.Template.Config` are the formats of question and answer (anki/notetypes.proto). */
const readFormats = (config: Uint8Array) =>
  new PbfReader(config).readFields(
    (tag, found, reader) => {
      if (tag === 1) found.question = reader.readString();
      if (tag === 2) found.answer = reader.readString();
    },
    { question: '', answer: '' },
  );

function readTables(collection: DatabaseSync): Map<string, AnkiNotetype> {
  const ids = z.object({ id: z.coerce.string(), config: bytes });
  const fieldRow = z.object({ ntid: z.coerce.string(), name: z.string() });
  const templateRow = z.object({ ntid: z.coerce.string(), ord: z.coerce.number(), config: bytes });
  const rows = z.array(ids).parse(bigintRows(collection, 'select id, config from notetypes'));
  const fields = z
    .array(fieldRow)
    .parse(bigintRows(collection, 'select ntid, name from fields order by ntid, ord'));
  const templates = z
    .array(templateRow)
    .parse(bigintRows(collection, 'select ntid, ord, config from templates order by ntid, ord'));
  return new Map(
    rows.map(({ id, config }) => [
      id,
      {
        isCloze: readsCloze(config),
        fields: fields.filter(({ ntid }) => ntid === id).map(({ name }) => name),
        templates: new Map(
          templates.filter(({ ntid }) => ntid === id).map((row) => [row.ord, readFormats(row.config)]),
        ),
      },
    ]),
  );
}

/** The rows of a statement; ids are beyond what a number holds exactly. */
export function bigintRows(collection: DatabaseSync, sql: string): unknown[] {
  const statement = collection.prepare(sql);
  statement.setReadBigInts(true);
  return statement.all();
}

/** The kinds of notes of a collection by id, of either schema. */
export const readNotetypes = (collection: DatabaseSync): Map<string, AnkiNotetype> =>
  hasTables(collection) ? readTables(collection) : readModels(collection);

/** The names of the decks by id, of either schema; the parts of a name are separated by `::`. */
export function readDeckNames(collection: DatabaseSync): Map<string, string> {
  if (hasTables(collection)) {
    const rows = z
      .array(z.object({ id: z.coerce.string(), name: z.string() }))
      .parse(bigintRows(collection, 'select id, name from decks'));
    return new Map(rows.map(({ id, name }) => [id, name.replaceAll('\u001f', '::')]));
  }
  const { decks } = z.object({ decks: z.string() }).parse(collection.prepare('select decks from col').get());
  return new Map(Object.entries(decksSchema.parse(JSON.parse(decks))).map(([id, { name }]) => [id, name]));
}
