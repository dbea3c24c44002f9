/** Clears the state folder: databases, queues, objects, mails, logs. `--all` also clears the fetched programs. */
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { claimStateFolder } from './launcher/instance.ts';
import { runDirectory, runScript } from './launcher/workspace.ts';

await runScript(async () => {
  const { values } = parseArgs({ options: { all: { type: 'boolean' } } });
  claimStateFolder();
  const kept = values.all ? [] : ['toolchain', 'stamps'];
  for (const name of readdirSync(runDirectory)) {
    if (!kept.includes(name)) rmSync(join(runDirectory, name), { recursive: true, force: true });
  }
  console.log(
    `✔ ${runDirectory} is clear${values.all ? '' : '; fetched programs are kept (--all clears them too)'}`,
  );
});
