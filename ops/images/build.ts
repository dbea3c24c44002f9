/**
 * Builds the images and says how large each is and how soon it answers.
 *   pnpm images                      all of them
 *   pnpm images gateway study tools  some
 * With Docker where it is, else with buildah and podman; IMAGE_REGISTRY (studymate) and IMAGE_TAG (dev) name them.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { findFreePort } from '@studymate/embedded';
import { listSubgraphs, root, runScript } from '../../scripts/launcher/workspace.ts';

const { IMAGE_REGISTRY = 'localhost/studymate', IMAGE_TAG = 'dev' } = process.env;
const hasDocker = spawnSync('docker', ['info'], { stdio: 'ignore' }).status === 0;
const engine = hasDocker ? 'docker' : 'podman';
const run = (program: string, ...parameters: readonly string[]) =>
  execFileSync(program, parameters, {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  }).trim();

const nameOf = (image: string) => `${IMAGE_REGISTRY}/${image}:${IMAGE_TAG}`;

function build(image: string): void {
  const target =
    image === 'tools' ? ['--target', 'tools'] : ['--target', 'service', '--build-arg', `SERVICE=${image}`];
  const what = [...target, '--file', 'ops/images/Dockerfile', '--tag', nameOf(image), '.'];
  if (engine === 'docker') run('docker', 'build', '--quiet', ...what);
  // Without a daemon: steps in a chroot with this machine's network, from images that are there.
  else
    run(
      'buildah',
      'bud',
      '--quiet',
      '--layers',
      '--isolation',
      'chroot',
      '--network',
      'host',
      '--pull=missing',
      ...what,
    );
}

const megabytesOf = (image: string) =>
  Math.round(Number(run(engine, 'inspect', '--format', '{{.Size}}', nameOf(image))) / 1_000_000);

/** Milliseconds from the order to start until the process answers, as it would be run: read-only, without rights. */
async function startOf(image: string): Promise<number> {
  const port = await findFreePort();
  const settings = ['NODE_ENV=development', `${image.toUpperCase()}_PORT=${port}`].flatMap((one) => [
    '-e',
    one,
  ]);
  const startedAt = performance.now();
  const hardened = ['--read-only', '--tmpfs', '/tmp', '--cap-drop', 'all'];
  const id = run(
    engine,
    'run',
    '--detach',
    '--rm',
    '--network',
    'host',
    ...hardened,
    ...settings,
    nameOf(image),
  );
  try {
    while (performance.now() - startedAt < 60_000) {
      const answer = await fetch(`http://127.0.0.1:${port}/live/`).catch(() => null);
      if (answer?.ok) return Math.round(performance.now() - startedAt);
      await delay(20);
    }
    throw new Error(`${nameOf(image)} did not answer in a minute.`);
  } finally {
    run(engine, 'stop', '--time', '40', id);
  }
}

await runScript(async () => {
  const asked = process.argv.slice(2);
  for (const image of asked.length > 0 ? asked : ['gateway', ...listSubgraphs(), 'tools']) {
    build(image);
    const start = image === 'tools' ? '' : `, answers after ${await startOf(image)} ms`;
    console.log(`✔ ${nameOf(image)}: ${megabytesOf(image)} MB${start}`);
  }
});
