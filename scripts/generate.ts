/**
 * Generates what git does not hold: the Prisma client of each domain and the GraphQL types.
 * `node scripts/generate.ts [--force] [name…]`: what changed since the last time, or in any case what is named: a
 * subgraph, or `client`.
 */
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { writeClientManifest } from './launcher/client-manifest.ts';
import { generateTypes } from './launcher/generate-types.ts';
import { onceFor } from './launcher/stamps.ts';
import { describe, listDomains, root, runScript, schemaFileOf } from './launcher/workspace.ts';

const prismaRequire = createRequire(join(root, 'prisma/package.json'));
const prismaProgram = prismaRequire.resolve('prisma/build/index.js');
const generatedOf = (domain: string) =>
  join(root, 'packages/database/src/__generated__', domain, 'client.ts');

function runPrisma(domain: string, config: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const parameters = [prismaProgram, 'generate', '--config', config];
    const child = spawn(process.execPath, parameters, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        output += chunk;
      });
    }
    child.once('error', reject);
    child.once('exit', (code) =>
      code === 0 ? resolve() : reject(new Error(`Database client of ${domain}:\n${output.trim()}`)),
    );
  });
}

async function generateClient(domain: string, force: boolean): Promise<void> {
  const config = join(root, 'prisma', domain, 'prisma.config.ts');
  const inputs = [schemaFileOf(domain), config, prismaRequire.resolve('prisma/package.json')];
  const work = async () => {
    await runPrisma(domain, config);
    console.log(`✔ database client of ${domain}`);
  };
  if (force) await work();
  else await onceFor(`prisma-${domain}`, { inputs, outputs: [generatedOf(domain)] }, work);
}

await runScript(async () => {
  const { values, positionals } = parseArgs({
    options: { force: { type: 'boolean' } },
    allowPositionals: true,
  });
  const isNamed = positionals.length > 0;
  const force = values.force === true || isNamed;
  const domains = listDomains().filter((domain) => !isNamed || positionals.includes(domain));
  const clients = domains.map((domain) => generateClient(domain, force));
  const results = await Promise.allSettled([...clients, generateTypes(positionals, force)]);
  if (!isNamed || positionals.includes('client')) await writeClientManifest();
  const failures = results.flatMap((result) =>
    result.status === 'rejected' ? [describe(result.reason)] : [],
  );
  if (failures.length > 0) throw new Error(failures.join('\n'));
});
