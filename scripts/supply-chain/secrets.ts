import { execFileSync, spawnSync } from 'node:child_process';

/** Secrets in the files of a checkout, as secretlint's recommended rules know them: keys of clouds, tokens, passwords. */
export function findSecrets(root: string): string[] {
  const files = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
  });
  const names = files.split('\0').filter(Boolean);
  const { status, stdout, stderr } = spawnSync(
    'pnpm',
    ['exec', 'secretlint', '--no-glob', '--maskSecrets', ...names],
    {
      cwd: root,
      encoding: 'utf8',
    },
  );
  if (status === 0) return [];
  return `${stdout}${stderr}`.split('\n').filter((line) => line.trim() !== '');
}
