/**
 * The way in: `node scripts/bootstrap.mjs <verb> [arguments]`, on any Node from 18 and npm alone. Fetches the toolchain
 * when the machine lacks it, installs and generates what changed, then runs the verb under Node 24.
 */
import { fileURLToPath } from 'node:url';
import { runInFront } from './bootstrap/child.mjs';
import { generate, installDependencies } from './bootstrap/dependencies.mjs';
import { fetchToolchain } from './bootstrap/toolchain.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const jest = [
  '--experimental-vm-modules',
  '--disable-warning=ExperimentalWarning',
  'node_modules/jest/bin/jest.js',
];

/**
 * What Node runs for each verb. `exec` runs any command with the toolchain on PATH; `node` runs a script that does not
 * need what is generated, so that it also runs while a schema is being changed.
 */
const verbs = {
  start: ['--max-semi-space-size=2', 'scripts/start.ts'],
  dev: ['scripts/dev.ts'],
  test: jest,
  story: ['scripts/story.ts'],
  chaos: ['scripts/chaos.ts'],
  reset: ['scripts/reset.ts'],
};

async function main([verb, ...rest]) {
  const parameters = rest[0] === '--' ? rest.slice(1) : rest;
  if (!['exec', 'node'].includes(verb) && !(verb in verbs)) {
    throw new Error(
      `Use: node scripts/bootstrap.mjs <${[...Object.keys(verbs), 'exec', 'node'].join('|')}> [arguments]`,
    );
  }
  const toolchain = fetchToolchain(root);
  if (verb !== 'reset') {
    installDependencies(root, toolchain);
    if (verb !== 'node') generate(root, toolchain);
  }
  const command = verb === 'exec' ? parameters : [toolchain.node, ...(verbs[verb] ?? []), ...parameters];
  return runInFront(command, { root, environment: toolchain.environment });
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error) => {
    console.error(`✖ ${error.message}`);
    process.exitCode = 1;
  },
);
