/**
 * Generates what git does not hold: the Prisma client of each domain and the GraphQL types.
 * `node scripts/generate.ts [--force] [name…]`: what changed since the last time, or in any case what is named: a
 * subgraph, or `client`.
 */
import { parseArgs } from 'node:util';
import { generateCode } from './launcher/generate-code.ts';
import { runScript } from './launcher/workspace.ts';

await runScript(async () => {
  const { values, positionals } = parseArgs({
    options: { force: { type: 'boolean' } },
    allowPositionals: true,
  });
  await generateCode({ names: positionals, force: values.force === true });
});
