import type { OpenDatabase } from './personal-data.ts';
import type { DomainTables } from './tables.ts';

/** What every domain has for events and keyed mutations: erased by the person's id, wherever it stands in a row. */
const platformTables = ['InboxEntry', 'OutboxEntry', 'IdempotencyRecord'];
/** Names of columns that say whose a row is. */
const ofPeople = /^(user|owner|author|learner|student|member|maker|recipient)(Id)?$|By(Id)?$|email/i;

export interface DeclarationProblems {
  /** Tables that nobody said what to do with. */
  readonly undeclared: string[];
  /** Declared, and not there. */
  readonly missing: string[];
  /** Columns that name people in tables that are said not to be about any. */
  readonly misplaced: string[];
}

/** Holds a domain's declaration against the tables that its database has. */
export async function inspectDeclaration(
  database: OpenDatabase,
  { personal, impersonal }: DomainTables,
): Promise<DeclarationProblems> {
  const columns = await database.$queryRawUnsafe<{ table: string; column: string }[]>(
    `select table_name as "table", column_name as "column" from information_schema.columns
     where table_schema = current_schema() and table_name not like '\\_%' order by 1, 2`,
  );
  const existing = [...new Set(columns.map(({ table }) => table))];
  const declared = new Set([...Object.keys(personal), ...Object.keys(impersonal), ...platformTables]);
  return {
    undeclared: existing.filter((name) => !declared.has(name)),
    missing: [...declared].filter((name) => !existing.includes(name)),
    misplaced: columns.flatMap(({ table, column }) =>
      table in impersonal && ofPeople.test(column) ? [`${table}.${column}`] : [],
    ),
  };
}
