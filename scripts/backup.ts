/**
 * Backups of all that a StudyMate knows but its keys: databases, Redis, objects.
 *   backup create [--to run/backups]       writes one while everything runs
 *   backup verify <folder>                 restores it into empty servers of its own and compares table by table
 *   backup restore <folder> [--overwrite]  brings it back where the environment says; refuses where anything is
 * DATABASE_URL, REDIS_URL, S3_… as the servers have them; without them, those of the house in the state folder.
 */
import { parseArgs } from 'node:util';
import { createBackup } from './backup/create-backup.ts';
import { type Manifest, readManifest } from './backup/manifest.ts';
import { placesOf } from './backup/places.ts';
import { restoreBackup } from './backup/restore-backup.ts';
import { verifyBackup } from './backup/verify-backup.ts';
import { runScript, stateDirectory } from './launcher/workspace.ts';

const embeddedServer = 'postgresql://postgres@127.0.0.1:4030/postgres';
const usage =
  'Use: backup create [--to folder] | backup verify <folder> | backup restore <folder> [--overwrite]';

function describeContent({ databases, redis, objects }: Manifest): string {
  const tables = Object.values(databases).flatMap((database) => database.tables);
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  return `${tables.length} tables with ${rows} rows, ${redis.keys} keys of Redis, ${objects.length} objects`;
}

await runScript(async () => {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { to: { type: 'string' }, overwrite: { type: 'boolean', default: false } },
  });
  const [verb, folder] = positionals;
  const startedAt = performance.now();
  const report = (what: string, manifest: Manifest) => {
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    console.log(`✔ ${what}: ${describeContent(manifest)} (${seconds} s)`);
  };
  if (verb === 'create') {
    const directory = await createBackup(placesOf(), values.to ?? stateDirectory('backups'));
    report(directory, readManifest(directory));
    console.log(
      '  The keys are not in it: keep FIELD_KEYS and the other secrets elsewhere, as long as this.',
    );
  } else if (verb === 'verify' && folder !== undefined) {
    report('every table came back as it was', await verifyBackup(folder));
  } else if (verb === 'restore' && folder !== undefined) {
    const options = {
      serverUrl: process.env.DATABASE_URL ?? embeddedServer,
      mayOverwrite: values.overwrite,
    };
    report('restored', await restoreBackup(folder, placesOf(), options));
  } else throw new Error(usage);
});
