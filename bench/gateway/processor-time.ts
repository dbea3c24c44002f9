import { readdirSync, readFileSync } from 'node:fs';

/** Linux counts processor time in hundredths of a second here, whatever the kernel's own clock. */
const ticksPerSecond = 100;

/** Fields of /proc/<pid>/stat after the command, which may hold blanks itself (proc(5)). */
function readStat(pid: number): { readonly parent: number; readonly seconds: number } | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const [user, system, childUser, childSystem] = fields.slice(11, 15).map(Number);
    const ticks = (user ?? 0) + (system ?? 0) + (childUser ?? 0) + (childSystem ?? 0);
    return { parent: Number(fields[1]), seconds: ticks / ticksPerSecond };
  } catch {
    return null;
  }
}

/** The process and everything it started. */
export function listTree(root: number): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    const pid = Number(name);
    const stat = Number.isInteger(pid) ? readStat(pid) : null;
    if (stat) parents.set(pid, stat.parent);
  }
  const tree = [root];
  for (const member of tree) {
    for (const [pid, parent] of parents) if (parent === member) tree.push(pid);
  }
  return tree;
}

/** Seconds of processor time that the processes and their ended children have used, in user and kernel mode. */
export const processorSeconds = (pids: readonly number[]): number =>
  pids.reduce((total, pid) => total + (readStat(pid)?.seconds ?? 0), 0);
