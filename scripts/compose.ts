/**
 * Composes the subgraphs into what the gateway serves and clients see.
 * `node scripts/compose.ts [--allow-breaking] [--check] [--traffic FILE|redis]`: writes the files, or with --check only
 * compares them. Changes are held against registered operations and, where it is given, recorded traffic.
 */
import { parseArgs } from 'node:util';
import { readConfig } from '../gateway/src/config.ts';
import { checkAgainstOperations, readTraffic } from '../gateway/src/recording/traffic-report.ts';
import { type ComposedSchemas, composeSchemas, listStale, writeSchemas } from './compose-schemas.ts';
import { runScript } from './launcher/workspace.ts';

const trafficDays = 30;

/** Tells what the new schemas change; throws when that breaks somebody, or may. */
async function requireUnbroken(
  { clientSchemas }: ComposedSchemas,
  { from, isBreakingAllowed }: { readonly from: string | undefined; readonly isBreakingAllowed: boolean },
): Promise<void> {
  const config = readConfig();
  const recorded = from === undefined ? null : await readTraffic(config, from, trafficDays);
  for (const { path, committed: before, composed: after } of clientSchemas) {
    if (before === null) continue;
    const { lines, isSafe } = await checkAgainstOperations({
      before,
      after,
      folder: config.operationsFolder,
      recorded,
    });
    const report = [`${path}:`, ...lines.map((line) => `  ${line}`)].join('\n');
    if (!isSafe && !isBreakingAllowed) throw new Error(`${report}\nPass --allow-breaking if that is meant.`);
    if (lines.length > 0) console.log(report);
  }
}

await runScript(async () => {
  const { values } = parseArgs({
    options: {
      check: { type: 'boolean', default: false },
      'allow-breaking': { type: 'boolean', default: false },
      traffic: { type: 'string' },
    },
  });
  const composed = composeSchemas();
  for (const hint of composed.hints) console.warn(`hint: ${hint}`);
  await requireUnbroken(composed, {
    from: values.traffic,
    isBreakingAllowed: values['allow-breaking'],
  });
  if (!values.check) writeSchemas(composed);
  else {
    const stale = listStale(composed).map(
      (path) => `${path} is out of date: run pnpm compose and commit it.`,
    );
    if (stale.length > 0) throw new Error(stale.join('\n'));
  }
  console.log(`✓ composed ${composed.names.length} subgraphs: ${composed.names.join(', ')}`);
});
