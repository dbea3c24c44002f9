/** A process of its own, so that the migration engine's memory goes back before the house opens. */
import { prepareDatabases } from './databases.ts';
import { listDomains, runScript } from './workspace.ts';

await runScript(async () => {
  const server = process.env.DATABASE_URL;
  if (!server) throw new Error('DATABASE_URL is not set.');
  await prepareDatabases(server, listDomains(), (line) => process.stdout.write(`${line}\n`));
});
process.exit();
