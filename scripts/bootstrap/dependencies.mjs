import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Runs pnpm install when the lockfile or the toolchain is not the one of the last install. */
export function installDependencies(root, { environment }) {
  const stamps = join(root, 'run', 'stamps');
  const stamp = join(stamps, 'dependencies');
  const hash = createHash('sha256').update(process.arch);
  for (const name of ['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'package.json'])
    hash.update(readFileSync(join(root, name)));
  const digest = hash.digest('hex');
  const isCurrent = existsSync(stamp) && readFileSync(stamp, 'utf8') === digest;
  if (isCurrent && existsSync(join(root, 'node_modules', '.modules.yaml'))) return;

  console.log('▸ Installing dependencies (about a minute the first time)');
  const { status, error } = spawnSync(
    'pnpm',
    ['install', '--prefer-frozen-lockfile', '--reporter=append-only'],
    {
      cwd: root,
      env: { ...environment, CI: environment.CI ?? 'true' },
      stdio: ['ignore', 'inherit', 'inherit'],
    },
  );
  if (status !== 0) {
    throw new Error(
      `pnpm install failed${error ? ` (${error.message})` : ''}: see the lines above, mend them, and run this again.`,
    );
  }
  mkdirSync(stamps, { recursive: true });
  writeFileSync(stamp, digest);
}

/** Generates database clients and types whose inputs changed. */
export function generate(root, { node, environment }) {
  const { status } = spawnSync(node, ['scripts/generate.ts'], {
    cwd: root,
    env: environment,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (status !== 0) throw new Error('Code could not be generated: see the lines above.');
}
