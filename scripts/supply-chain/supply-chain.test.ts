import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { root } from '../launcher/workspace.ts';
import { findOldPackages, floors, isOlder } from './floors.ts';
import { findInstallScripts } from './install-scripts.ts';
import { findStrangePackages, readLockfile } from './lockfile.ts';
import { findSecrets } from './secrets.ts';
import { findWorkflowProblems } from './workflows.ts';

mkdirSync(join(root, 'run/test'), { recursive: true });
const other = mkdtempSync(join(root, 'run/test', `${process.pid}-supply-`));
afterAll(() => rmSync(other, { recursive: true, force: true }));
const write = (path: string, text: string) => {
  mkdirSync(join(other, path, '..'), { recursive: true });
  writeFileSync(join(other, path), text);
};

describe('what is installed', () => {
  it('has every package that has a floor, and none below it', () => {
    const packages = readLockfile(root);
    const names = new Set(packages.map(({ name }) => name));
    expect(Object.keys(floors).filter((name) => !names.has(name))).toEqual([]);
    expect(findOldPackages(packages)).toEqual([]);
  });

  it.each([
    ['2.13.1', '2.13.2', true],
    ['2.13.2', '2.13.2', false],
    ['2.14.0', '2.13.2', false],
    ['1.99.99', '2.13.2', true],
    ['2.9.10', '2.12.1', true],
    ['3.0.0-rc.1', '2.13.2', false],
  ])('%s counts as older than %s: %s', (version, floor, older) => {
    expect(isOlder(version, floor)).toBe(older);
  });

  it('is named when it is too old', () => {
    const packages = [{ name: '@apollo/server', version: '5.4.9', resolution: {} }];
    expect(findOldPackages(packages)).toEqual([expect.stringContaining('older than 5.5.0')]);
  });

  it('comes from the registry and is recognised by its content', () => {
    expect(findStrangePackages(readLockfile(root))).toEqual([]);
    write(
      'pnpm-lock.yaml',
      `packages:
  good@1.0.0: { resolution: { integrity: sha512-a== } }
  weak@1.0.0: { resolution: { integrity: sha1-a== } }
  far@https://example.com/far.tgz: { resolution: { tarball: https://example.com/far.tgz } }
`,
    );
    expect(findStrangePackages(readLockfile(other))).toEqual([
      'weak@1.0.0 has no SHA-512',
      expect.stringContaining('comes from elsewhere than the registry (tarball)'),
      expect.stringContaining('has no SHA-512'),
    ]);
  });

  it('runs no scripts as it is installed but those of the list', () => {
    expect(findInstallScripts(root)).toEqual([]);
    write('pnpm-workspace.yaml', 'allowBuilds: { esbuild: true, prisma: false }\n');
    expect(findInstallScripts(other)).toEqual(['esbuild may run scripts as it is installed']);
  });
});

describe('what is committed', () => {
  it('is refused with a secret in it', () => {
    execFileSync('git', ['init', '--quiet', other]);
    copyFileSync(join(root, '.secretlintrc.json'), join(other, '.secretlintrc.json'));
    // In two parts, or this file would be refused itself.
    write(
      'config.ts',
      `export const key = '${'AKIA'}${'Z3MXQ7RJ5LKDVWPT'}';\nexport const token = '${'ghp'}_${'a1B2'.repeat(9)}';\n`,
    );
    expect(findSecrets(other).join('\n')).toMatch(/config\.ts[\s\S]*GITHUB_TOKEN/i);
    write('config.ts', 'export const key = process.env.KEY;\n');
    expect(findSecrets(other)).toEqual([]);
  }, 60_000);
});

describe('the workflows', () => {
  it('are right by actionlint', async () => {
    expect(await findWorkflowProblems(root)).toEqual([]);
  });

  it('are told what is wrong with them', async () => {
    const steps = `steps: [{ run: "echo ${'$'}{{ matrix.nodes }}" }]`;
    write('.github/workflows/bad.yml', `on: push\njobs:\n  one:\n    runs-on: ubuntu-latest\n    ${steps}\n`);
    expect((await findWorkflowProblems(other)).join()).toMatch(/"nodes" is not defined/);
  });
});
