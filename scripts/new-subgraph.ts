import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { domainPorts } from '@studymate/contracts';
import { planSubgraph } from './new-subgraph/plan.ts';
import { registrations, sharedFiles } from './new-subgraph/shared-files.ts';
import { sourceFiles } from './new-subgraph/source-files.ts';

const run = (...command: [string, ...string[]]) =>
  execFileSync(command[0], command.slice(1), { stdio: 'inherit' });

try {
  const plan = planSubgraph(process.argv[2], Object.values(domainPorts));
  if (existsSync(`subgraphs/${plan.name}`)) throw new Error(`subgraphs/${plan.name} is there already`);
  const own = Object.entries(sourceFiles(plan)).map(([path, text]) => [
    `subgraphs/${plan.name}/${path}`,
    text,
  ]);
  const files = [...own, ...Object.entries(sharedFiles(plan)), ...Object.entries(registrations(plan))];
  for (const [path = '', text = ''] of files) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    console.log(`  ${path}`);
  }
  run('pnpm', 'install', '--prefer-offline', '--no-frozen-lockfile');
  run(
    'pnpm',
    'exec',
    'biome',
    'check',
    '--write',
    `subgraphs/${plan.name}`,
    `prisma/${plan.name}`,
    `packages/database/src/${plan.name}.ts`,
  );
  run('pnpm', 'migrate', 'dev', plan.name, '--name', 'init');
  run('pnpm', 'compose');
  run('pnpm', 'generate');
  console.log(`✓ ${plan.name}: port ${plan.port}; test it with pnpm jest subgraphs/${plan.name}`);
} catch (error) {
  console.error(`✗ ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
}
