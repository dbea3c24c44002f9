import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { canBind, commandLineOf } from '@studymate/embedded';

const read = (look: () => string): string => {
  try {
    return look();
  } catch {
    return '';
  }
};

/** Running processes that were started for a state folder: by their arguments, environment or working directory. */
export function listProcessesOf(directory: string): number[] {
  const pids = readdirSync('/proc').map(Number).filter(Number.isInteger);
  return pids.filter(
    (pid) =>
      pid !== process.pid &&
      commandLineOf(pid) !== '' &&
      (commandLineOf(pid).includes(directory) ||
        read(() => readFileSync(`/proc/${pid}/environ`, 'utf8')).includes(directory) ||
        read(() => readlinkSync(`/proc/${pid}/cwd`)).startsWith(directory)),
  );
}

/** Waits until nothing of a state folder runs and every port is free; answers what is left after `patienceMs`. */
export async function listRemains(
  directory: string,
  ports: readonly number[],
  patienceMs = 0,
): Promise<{ processes: string[]; ports: number[] }> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const processes = listProcessesOf(directory).map((pid) => `${pid} ${commandLineOf(pid)}`);
    const isFree = await Promise.all(ports.map(canBind));
    const taken = ports.filter((_port, index) => !isFree[index]);
    const isOver = (processes.length === 0 && taken.length === 0) || Date.now() >= deadline;
    if (isOver) return { processes, ports: taken };
    await delay(100);
  }
}
