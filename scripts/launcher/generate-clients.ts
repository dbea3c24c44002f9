import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { onceFor } from './stamps.ts';
import { root, schemaFileOf } from './workspace.ts';

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

/** Generates a domain's Prisma client when its schema changed, or in any case. */
export async function generateClient(domain: string, force: boolean): Promise<void> {
  const config = join(root, 'prisma', domain, 'prisma.config.ts');
  const inputs = [schemaFileOf(domain), config, prismaRequire.resolve('prisma/package.json')];
  const work = async () => {
    await runPrisma(domain, config);
    console.log(`✔ database client of ${domain}`);
  };
  if (force) await work();
  else await onceFor(`prisma-${domain}`, { inputs, outputs: [generatedOf(domain)] }, work);
}
