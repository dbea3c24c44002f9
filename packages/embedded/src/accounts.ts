import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { findOnPath } from './path.ts';

/** How a program is started so that it does not run as root. */
export interface Account {
  readonly uid?: number;
  readonly gid?: number;
  /** What goes before the command. */
  readonly prefix: readonly string[];
}

const userNamespace = ['unshare', '--user', '--map-user=65534', '--map-group=65534'];

/**
 * PostgreSQL refuses to run as root. As root this answers an unprivileged account that can reach every path, else a
 * user namespace (for a checkout below /root); as anyone else, the caller itself.
 */
export function findUnprivilegedAccount(paths: readonly string[]): Account {
  if (process.getuid?.() !== 0) return { prefix: [] };
  const row = findAccountRow('postgres') ?? findAccountRow('nobody');
  if (row) {
    const ids = { uid: Number(row[2]), gid: Number(row[3]) };
    const isReachable = (path: string) =>
      !existsSync(path) || spawnSync('test', ['-x', path], ids).status === 0;
    if (paths.every(isReachable)) return { ...ids, prefix: [] };
  }
  const [command = '', ...flags] = userNamespace;
  if (findOnPath(command) && spawnSync(command, [...flags, 'true']).status === 0) {
    return { prefix: [...userNamespace, '--'] };
  }
  throw new Error(
    'PostgreSQL will not run as root, and neither the account nobody nor a user namespace can be used here: run as another user, or set DATABASE_URL.',
  );
}

const findAccountRow = (name: string) =>
  readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
    .find((row) => row[0] === name);
