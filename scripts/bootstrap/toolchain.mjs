import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

const nodeVersion = '24.21.0';
const pnpmVersion = '12.21.0';
const [oldestMajor, oldestMinor] = [24, 12];
const quiet = {
  APOLLO_TELEMETRY_DISABLED: '1',
  CHECKPOINT_DISABLE: '1',
  DO_NOT_TRACK: '1',
  PRISMA_HIDE_UPDATE_MESSAGE: '1',
  TURBO_TELEMETRY_DISABLED: '1',
};

/**
 * Node 24 and pnpm, and the environment that puts them first on PATH. Both come from the npm registry into
 * run/toolchain when this machine's Node is older than 24.12 or its pnpm is another version.
 */
export function fetchToolchain(root) {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const isRecent = major > oldestMajor || (major === oldestMajor && minor >= oldestMinor);
  const bin =
    isRecent && hasPnpm() ? dirname(process.execPath) : install(join(root, 'run', 'toolchain'), isRecent);
  const PATH = [bin, dirname(process.execPath), process.env.PATH].filter(Boolean).join(delimiter);
  const node = isRecent ? process.execPath : join(bin, 'node');
  return {
    node,
    environment: { ...process.env, ...quiet, NODE_COMPILE_CACHE: join(root, 'run', 'compile-cache'), PATH },
  };
}

const hasPnpm = () => spawnSync('pnpm', ['--version'], { encoding: 'utf8' }).stdout?.trim() === pnpmVersion;

function install(directory, isRecent) {
  const packages = [`pnpm@${pnpmVersion}`];
  if (!isRecent) packages.push(`node-${process.platform}-${process.arch}@${nodeVersion}`);
  const wanted = packages.join(' ');
  const home = join(directory, 'packages');
  const stamp = join(home, 'installed');
  const bin = join(home, 'node_modules', '.bin');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return bin;

  console.log(`▸ Fetching ${packages.join(' and ')} from the npm registry (about 20 s, once)`);
  const draft = join(directory, `packages.${process.pid}`);
  mkdirSync(draft, { recursive: true });
  writeFileSync(join(draft, 'package.json'), '{ "private": true }\n');
  const flags = ['--no-audit', '--no-fund', '--no-package-lock', '--loglevel=error'];
  const result = spawnSync('npm', ['install', ...flags, ...packages], {
    cwd: draft,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, npm_config_prefix: '', INIT_CWD: draft },
  });
  if (result.status !== 0) {
    rmSync(draft, { recursive: true, force: true });
    throw new Error(
      `npm could not fetch ${wanted}: check the network and \`npm config get registry\`, or install Node ${nodeVersion} and pnpm ${pnpmVersion} yourself.`,
    );
  }
  writeFileSync(join(draft, 'installed'), wanted);
  rmSync(home, { recursive: true, force: true });
  renameSync(draft, home);
  return bin;
}
