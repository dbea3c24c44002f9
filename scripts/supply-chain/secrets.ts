import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root as workspace } from '../launcher/workspace.ts';

/** The one that is installed here, whatever folder is looked through. */
const secretlint = join(workspace, 'node_modules/.bin/secretlint');

/** Secrets in the files of a checkout, as secretlint's recommended rules know them: keys of clouds, tokens, passwords. */
export function findSecrets(root: string): string[] {
  const files = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
  });
  const names = files.split('\0').filter(Boolean);
  const { status, stdout, stderr } = spawnSync(secretlint, ['--no-glob', '--maskSecrets', ...names], {
    cwd: root,
    encoding: 'utf8',
  });
  if (status === 0) return [];
  return `${stdout}${stderr}`.split('\n').filter((line) => line.trim() !== '');
}
