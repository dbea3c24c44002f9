import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { canRunTools } from '@studymate/kubernetes-stand-in';
import { root, someSite, startHouse } from '../end-to-end/house.ts';
import { helm, kubectl } from './helm.ts';

const folder = join(root, 'docs/operations');
const commands = readdirSync(folder).flatMap((page) =>
  [...readFileSync(join(folder, page), 'utf8').matchAll(/^```sh\n([\s\S]*?)^```/gm)]
    .flatMap(([, block = '']) => block.split('\n'))
    .map((line) => line.replace(/\s#.*|^#.*/, '').trim())
    .filter(Boolean),
);

/** Commands that only look: they are run as they stand. */
const looking = /^(pnpm (jobs|jobs dead-letters|keys status|keys new [\w-]+)|curl --silent .*)$/;
/** Commands that act, and the test by which each is held. */
const acting: readonly (readonly [RegExp, string])[] = [
  [/^pnpm images$/, 'ops/images/build.ts'],
  [/^pnpm jobs replay /, 'packages/jobs'],
  [/^pnpm audit-log verify$/, 'subgraphs/auth'],
  [/^pnpm keys rotate$/, 'promises/54-keys-rotate.test.ts'],
  [/^npm run (backup:verify|restore) /, 'promises/30-restored-backup.test.ts'],
  [/^ops\/kubernetes\/deploy\.sh /, 'tests/deployment/release.test.ts'],
  [/^(helm|kubectl) /, 'tests/deployment/release.test.ts'],
];
const isHeld = (command: string) =>
  looking.test(command) || acting.some(([pattern]) => pattern.test(command));

const site = await someSite('runbooks');
await startHouse(site);
const portOf = (name: string) => `${site.ports.environment[`${name}_PORT`]}`;
const environment = {
  ...site.environment,
  DATABASE_URL: `postgresql://postgres@127.0.0.1:${portOf('POSTGRES')}/postgres`,
  REDIS_URL: `redis://127.0.0.1:${portOf('REDIS')}`,
};

const run = (command: string): Promise<{ code: number; text: string }> =>
  new Promise((resolve) => {
    const [program = '', ...parameters] = command.split(/\s+/);
    execFile(program, parameters, { cwd: root, env: environment }, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code ?? 1) : 0, text: `${stdout}${stderr}` }),
    );
  });

describe('the runbooks', () => {
  it('hold no command that nobody has tried', () => {
    expect(commands.length).toBeGreaterThan(15);
    expect(commands.filter((command) => !isHeld(command))).toEqual([]);
  });

  it('have commands that look, and they work', async () => {
    const lookers = new Set(
      commands.filter((command) => command.startsWith('pnpm') && looking.test(command)),
    );
    expect(lookers.size).toBeGreaterThanOrEqual(4);
    for (const command of lookers) expect([command, await outcomeOf(command)]).toEqual([command, 0]);
  }, 120_000);

  it('ask addresses that answer', async () => {
    for (const command of commands.filter((each) => each.startsWith('curl'))) {
      const url = new URL(command.split(/\s+/).at(-1) ?? '');
      url.port = portOf({ '4000': 'GATEWAY', '4002': 'STUDY' }[url.port] ?? '');
      expect([command, (await fetch(url)).status]).toEqual([command, 200]);
    }
  });

  const onLinux = canRunTools ? it : it.skip;
  onLinux('use words that helm and kubectl have', async () => {
    for (const command of commands.filter((each) => /^(helm|kubectl) /.test(each))) {
      const [program, verb = '', noun = ''] = command.split(/\s+/);
      const flags = [...command.matchAll(/\s--([a-z-]+)/g)].map(([, flag = '']) => flag);
      const words = program === 'kubectl' && verb === 'rollout' ? [verb, noun] : [verb];
      const { code, text } = await (program === 'helm' ? helm : kubectl)(...words, '--help');
      expect([command, code]).toEqual([command, 0]);
      for (const flag of flags) expect([command, text.includes(`--${flag}`)]).toEqual([command, true]);
    }
  });
});

async function outcomeOf(command: string): Promise<number | string> {
  const { code, text } = await run(command);
  return code === 0 ? 0 : text;
}
