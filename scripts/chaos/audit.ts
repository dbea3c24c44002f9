import { setTimeout as delay } from 'node:timers/promises';
import { databaseUrl, withClient } from '@studymate/schema-engine/connection';
import { listDomains } from '../launcher/workspace.ts';
import { askWhole } from './ask.ts';
import type { Kind, Ledger, Write } from './ledger.ts';
import type { Writer } from './writer.ts';

/** What was found when everything was read back; the lists name the writes. */
export interface Audit {
  readonly acknowledged: number;
  /** Asked for, and neither acknowledged nor refused when the writers stopped. */
  readonly unknown: number;
  readonly lost: readonly string[];
  readonly duplicated: readonly string[];
  /** Refused for good and there all the same. */
  readonly ghosts: readonly string[];
  /** Submitted attempts, and those of their effects on other domains that did not happen exactly once. */
  readonly attempts: number;
  readonly wrongEffects: readonly string[];
  /** Until every outbox was settled after the last write. */
  readonly settledSeconds: number;
}

type Counts = ReadonlyMap<string, number>;

const settleTimeoutMs = 120_000;
const perRequest = 20;

/** Reads `key` and `count` rows of one domain's database. */
async function countBy(server: string, domain: string, query: string, values: unknown[]): Promise<Counts> {
  const url = databaseUrl(server, `studymate_${domain}`);
  const { rows } = await withClient(url, (client) =>
    client.query<{ key: string; count: string }>(query, values),
  );
  return new Map(rows.map(({ key, count }) => [key, Number(count)]));
}

/** Waits until every event and every job that is due has been acted on; answers how long that took. */
async function settle(server: string): Promise<number> {
  const startedAt = performance.now();
  const query = `select 'waiting' as key, count(*) from "OutboxEntry"
    where "dueAt" is not null and "availableAt" <= now()`;
  for (;;) {
    const counts = await Promise.all(listDomains().map((domain) => countBy(server, domain, query, [])));
    const waiting = counts.reduce((sum, count) => sum + (count.get('waiting') ?? 0), 0);
    const passedMs = performance.now() - startedAt;
    if (waiting === 0 || passedMs > settleTimeoutMs) return passedMs / 1_000;
    await delay(250);
  }
}

/** Where the rows of each kind are, counted by what tells writes apart. */
async function countRows(server: string, writes: readonly Write[]): Promise<Record<Kind, Counts>> {
  const of = (kind: Kind) => writes.filter((write) => write.kind === kind);
  const labels = (kind: Kind) => [of(kind).map(({ label }) => label)];
  const owners = (kind: Kind) => [[...new Set(of(kind).map(({ userId }) => userId))]];
  const byLabel = (table: string, column: string) =>
    `select "${column}" as key, count(*) from "${table}" where "${column}" = any($1) group by 1`;
  const byUser = (table: string, condition = 'true') =>
    `select "userId" as key, count(*) from "${table}" where "userId" = any($1) and ${condition} group by 1`;
  const [subject, card, session, attempt, credit] = await Promise.all([
    countBy(server, 'study', byLabel('Subject', 'title'), labels('subject')),
    countBy(server, 'study', byLabel('Card', 'front'), labels('card')),
    countBy(server, 'study', byUser('StudySession'), owners('session')),
    countBy(server, 'quiz', byUser('Attempt'), owners('attempt')),
    countBy(server, 'subscription', byUser('CreditGrant', '"amount" = 1'), owners('credit')),
  ]);
  return { subject, card, session, attempt, credit };
}

/** Rows of a learner that are too few or too many for what was acknowledged, where rows carry no label. */
function compareTotals(writes: readonly Write[], counts: Counts, kind: Kind) {
  const byUser = Map.groupBy(
    writes.filter((write) => write.kind === kind),
    ({ userId }) => userId,
  );
  const missing: string[] = [];
  const surplus: string[] = [];
  for (const [userId, own] of byUser) {
    const rows = counts.get(userId) ?? 0;
    const acknowledged = own.filter(({ id }) => id !== null).length;
    const unknown = own.filter(({ id, refusal }) => id === null && refusal === null).length;
    if (rows < acknowledged) missing.push(`${acknowledged - rows} ${kind}s of ${userId}`);
    if (rows > acknowledged + unknown) surplus.push(`${rows - acknowledged - unknown} ${kind}s of ${userId}`);
  }
  return { missing, surplus };
}

/** Acknowledged things that their owner does not get from the gateway. */
async function listUnreadable(ledger: Ledger, writers: readonly Writer[]): Promise<string[]> {
  const unreadable: string[] = [];
  for (const { userId, caller } of writers) {
    const ids = ledger.writes.flatMap((write) =>
      write.userId === userId && write.id !== null && write.kind !== 'credit' ? [write.id] : [],
    );
    for (let from = 0; from < ids.length; from += perRequest) {
      const page = ids.slice(from, from + perRequest);
      const fields = page.map((id, index) => `a${index}: node(id: "${id}") { id }`);
      const found = await askWhole(caller, { query: `{ ${fields.join('\n')} }`, variables: {} });
      unreadable.push(...page.filter((id, index) => found[`a${index}`]?.id !== id));
    }
  }
  return unreadable;
}

/** What each submitted attempt must have caused elsewhere, where it did not happen exactly once. */
async function listWrongEffects(server: string, submitted: readonly Write[]): Promise<string[]> {
  const ids = submitted.flatMap(({ id }) => id ?? []);
  const each = (domain: string, table: string, column: string) =>
    countBy(
      server,
      domain,
      `select "${column}" as key, count(*) from "${table}" where "${column}" = any($1) group by 1`,
      [ids],
    );
  const grades = `select "id" as key, count(*) from "Attempt" where "id" = any($1) and "state" = 'GRADED' group by 1`;
  const effects = {
    graded: await countBy(server, 'quiz', grades, [ids]),
    'counted by study': await each('study', 'QuizResult', 'attemptId'),
    'told by notification': await each('notification', 'Notification', 'targetId'),
    'learnt from by personalization': await each('personalization', 'Evidence', 'reference'),
  };
  const wrong = Object.entries(effects).flatMap(([effect, counts]) =>
    ids.flatMap((id) =>
      (counts.get(id) ?? 0) === 1 ? [] : [`${id} ${effect} ${counts.get(id) ?? 0} times`],
    ),
  );
  const users = [...new Set(submitted.map(({ userId }) => userId))];
  const totals = (query: string, domain: string) => countBy(server, domain, query, [users]);
  const [taken, days, uses] = await Promise.all([
    totals(
      `select "userId" as key, count(*) from "Attempt" where "userId" = any($1) and "state" = 'GRADED' group by 1`,
      'quiz',
    ),
    totals(
      `select "userId" as key, sum("quizzes") as count from "ActivityDay" where "userId" = any($1) group by 1`,
      'study',
    ),
    totals(
      `select "userId" as key, sum("used") as count from "FeatureUse" where "userId" = any($1) group by 1`,
      'subscription',
    ),
  ]);
  for (const user of users) {
    const [attempts, counted, used] = [taken, days, uses].map((counts) => counts.get(user) ?? 0);
    if (counted !== attempts) wrong.push(`${user}: ${counted} of ${attempts} attempts in the study days`);
    if (used !== attempts) wrong.push(`${user}: ${used} of ${attempts} attempts in the use of the plan`);
  }
  return wrong;
}

/** Reads everything back, from the databases and through the gateways, once every outbox is settled. */
export async function audit(server: string, ledger: Ledger, writers: readonly Writer[]): Promise<Audit> {
  const settledSeconds = await settle(server);
  const { writes } = ledger;
  const rows = await countRows(server, writes);
  const labelled = writes.filter(({ kind }) => kind === 'subject' || kind === 'card');
  const rowsOf = ({ kind, label }: Write) => rows[kind].get(label) ?? 0;
  const totals = (['session', 'attempt', 'credit'] as const).map((kind) =>
    compareTotals(writes, rows[kind], kind),
  );
  const name = ({ kind, label, id }: Write) => `${kind} ${id ?? label}`;
  const submitted = writes.filter(({ kind, isFinished }) => kind === 'attempt' && isFinished);
  return {
    acknowledged: writes.filter(({ id }) => id !== null).length,
    unknown: writes.filter(({ id, refusal }) => id === null && refusal === null).length,
    lost: [
      ...labelled.filter((write) => write.id !== null && rowsOf(write) === 0).map(name),
      ...totals.flatMap(({ missing }) => missing),
      ...(await listUnreadable(ledger, writers)),
    ],
    duplicated: [
      ...labelled.filter((write) => rowsOf(write) > 1).map(name),
      ...totals.flatMap(({ surplus }) => surplus),
    ],
    ghosts: labelled.filter((write) => write.refusal !== null && rowsOf(write) > 0).map(name),
    attempts: submitted.length,
    wrongEffects: await listWrongEffects(server, submitted),
    settledSeconds,
  };
}
