/** Whose a row is: by one of its own columns, or through the row of another table that it belongs to. */
type Owner =
  | { readonly by: string | readonly string[] }
  | { readonly through: string; readonly column: string; readonly key?: string }
  /** SQL over the table's own columns; `$1` is the user's id. */
  | { readonly where: string };

/** A table with rows about people: how they are found, and what becomes of them. */
export type PersonalTable = Owner & {
  /** Columns that are secrets of ours, not data of the person: left out of an export. */
  readonly withhold?: readonly string[];
  /** Columns that hold keys of object storage: the objects are exported, and erased, with the rows. */
  readonly objects?: readonly string[];
  /** Columns that hold keys of objects that are erased with the rows and are no part of an export. */
  readonly unexportedObjects?: readonly string[];
  /** Kept on erasure, because books must balance: the named columns, if any, are emptied or get the pseudonym. */
  readonly anonymise?: Readonly<Record<string, 'pseudonym' | null>>;
  /** The GraphQL type of the rows, whose cached answers are forgotten on erasure. */
  readonly cachedAs?: string;
};

/** Every table of a domain, those with people's rows parents first. */
export interface DomainTables {
  readonly personal: Readonly<Record<string, PersonalTable>>;
  /** The others, and why nothing in them is about a person. */
  readonly impersonal: Readonly<Record<string, string>>;
}

export const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** The SQL condition that picks a person's rows of a table; `$1` is the user's id. */
export function conditionOf(tables: DomainTables['personal'], name: string): string {
  const table = tables[name];
  if (!table) throw new Error(`${name} is no table with people's rows.`);
  if ('where' in table) return `(${table.where})`;
  if ('by' in table) {
    const columns = typeof table.by === 'string' ? [table.by] : table.by;
    return `(${columns.map((column) => `${quote(column)} = $1`).join(' or ')})`;
  }
  const { through, column, key = 'id' } = table;
  return `${quote(column)} in (select ${quote(key)} from ${quote(through)} where ${conditionOf(tables, through)})`;
}
