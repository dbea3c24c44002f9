import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { withClient } from '@studymate/schema-engine/connection';
import type { OpenHouse } from './house.ts';

/** SQL statements by database and text, however many values they carry, each with how often it was sent. */
export type Statements = ReadonlyMap<string, number>;

const entry = /^(\S+) \d+\|(?:LOG: {2}(?:statement|execute [^:]*): |DETAIL: )/;
/** What the house does by itself, whoever asks: handing on events, and looking for work. */
const background = /"(OutboxEntry|InboxEntry)"|pg_try_advisory_xact_lock|^\S+ (BEGIN|COMMIT|ROLLBACK)$/;
const rounds = 5;

/** Counts, for every statement that any database of a house's embedded PostgreSQL runs, how often it is sent. */
export async function listenToDatabases(house: OpenHouse) {
  const { directory, ports } = house.site;
  const url = `postgresql://postgres@127.0.0.1:${ports.environment.POSTGRES_PORT}/postgres`;
  const log = join(directory, 'postgres', 'postgres.log');
  const run = (...statements: string[]) =>
    withClient(url, async (client) => {
      for (const statement of statements) await client.query(statement);
    });
  await run(
    "ALTER SYSTEM SET log_statement = 'all'",
    'ALTER SYSTEM SET log_parameter_max_length = 0',
    "ALTER SYSTEM SET log_line_prefix = '%d %p|'",
    'SELECT pg_reload_conf()',
  );

  /** Puts a mark in the log; what was answered before stands above it. */
  async function mark(): Promise<number> {
    const name = randomUUID();
    await run(`SELECT '${name}'`);
    for (;;) {
      const at = readFileSync(log, 'utf8').indexOf(name);
      if (at >= 0) return at;
      await delay(10);
    }
  }

  async function hear(act: () => Promise<unknown>): Promise<Map<string, number>> {
    const start = await mark();
    await act();
    const end = await mark();
    return tally(readFileSync(log, 'utf8').slice(start, end));
  }

  return {
    /** What the act sends every time it is done: of several rounds, each statement as often as in the leanest. */
    async during(act: () => Promise<unknown>): Promise<Statements> {
      let least = await hear(act);
      for (let round = 1; round < rounds; round++) {
        const heard = await hear(act);
        const common = [...least].map(
          ([text, count]) => [text, Math.min(count, heard.get(text) ?? 0)] as const,
        );
        least = new Map(common.filter(([, count]) => count > 0));
      }
      return least;
    },
  };
}

function tally(log: string): Map<string, number> {
  const statements: string[] = [];
  let isOpen = false;
  for (const line of log.split('\n')) {
    const match = entry.exec(line);
    if (match) {
      isOpen = line.includes('LOG:') && match[1] !== 'postgres';
      if (isOpen) statements.push(`${match[1]} ${line.slice(match[0].length)}`);
    } else if (isOpen && line.startsWith('\t')) {
      statements.push(`${statements.pop()} ${line.trim()}`);
    } else {
      isOpen = false;
    }
  }
  const counts = new Map<string, number>();
  for (const text of statements) {
    if (background.test(text)) continue;
    const form = text.replace(/\(\$\d+(, ?\$\d+)*\)/g, '($…)').replace(/\$\d+/g, '$');
    counts.set(form, (counts.get(form) ?? 0) + 1);
  }
  return counts;
}

export const totalOf = (statements: Statements): number =>
  [...statements.values()].reduce((total, count) => total + count, 0);
