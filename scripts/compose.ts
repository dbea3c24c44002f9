/**
 * Composes the subgraphs into what the gateway serves and clients see.
 * `node scripts/compose.ts [--allow-breaking] [--check]`: writes the files, or with --check only compares them.
 */
import { composeSchemas, listStale, writeSchemas } from './compose-schemas.ts';
import { runScript } from './launcher/workspace.ts';

const isAsked = (flag: string) => process.argv.includes(flag);

await runScript(async () => {
  const composed = composeSchemas();
  const { names, hints, breakingChanges } = composed;
  for (const hint of hints) console.warn(`hint: ${hint}`);
  if (breakingChanges.length > 0 && !isAsked('--allow-breaking')) {
    const count = `${breakingChanges.length} breaking changes (pass --allow-breaking if they are meant):`;
    throw new Error([count, ...breakingChanges.map((change) => `  ${change}`)].join('\n'));
  }
  if (!isAsked('--check')) writeSchemas(composed);
  else {
    const stale = listStale(composed).map(
      (path) => `${path} is out of date: run pnpm compose and commit it.`,
    );
    if (stale.length > 0) throw new Error(stale.join('\n'));
  }
  console.log(`✓ composed ${names.length} subgraphs: ${names.join(', ')}`);
});
