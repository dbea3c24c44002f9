/**
 * The audit log of accounts.
 *   audit-log verify    holds every row against its hash, the row before, and the signed checkpoints in object storage;
 *                       exit code 1 when anything was changed, left out, moved, put in or cut off
 * AUTH_DATABASE_URL (or DATABASE_URL), AUTH_SECRET and S3_… as auth has them.
 */
import { type AuditRow, createCheckpoints, verifyAuditLog } from '@studymate/privacy';
import { withClient } from '@studymate/schema-engine/connection';
import { placesOf } from './backup/places.ts';
import { runScript } from './launcher/workspace.ts';

const pageRows = 1_000;

type StoredRow = Omit<AuditRow, 'sequence'> & { readonly sequence: string };
interface Client {
  query(text: string, values: unknown[]): Promise<{ rows: StoredRow[] }>;
}

/** All rows in their order, a page at a time. */
async function* readRows(client: Client): AsyncGenerator<AuditRow> {
  for (let after = '0'; ; ) {
    const { rows } = await client.query(
      'select * from "AuditEntry" where "sequence" > $1 order by "sequence" limit $2',
      [after, pageRows],
    );
    for (const row of rows) yield { ...row, sequence: BigInt(row.sequence) };
    const last = rows.at(-1);
    if (!last) return;
    after = last.sequence;
  }
}

await runScript(async () => {
  if (process.argv[2] !== 'verify') throw new Error('Use: audit-log verify');
  const { databases, objects } = placesOf();
  const checkpoints = createCheckpoints(objects);
  const report = await withClient(databases.auth ?? '', async (client) =>
    verifyAuditLog(readRows(client), await checkpoints.list(), checkpoints.isGenuine),
  );
  for (const problem of report.problems) console.error(`✗ ${problem}`);
  if (report.problems.length > 0) throw new Error('The audit log was tampered with.');
  const { rows, checkpoints: count, unvouched } = report;
  console.log(`✔ ${rows} rows fit ${count} checkpoints; ${unvouched} are younger than the last of them`);
});
