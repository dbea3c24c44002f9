import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../launcher/workspace.ts';

export interface DeclaredMetric {
  readonly name: string;
  readonly kind: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  readonly labels: readonly string[];
  /** The file that declares it, from the root. */
  readonly file: string;
}

const declaration = /\b(?:tallied)?(counter|gauge|histogram)\(\{([^{}]*?)(?:\}\)|\bread:)/gi;

const textOf = (body: string, member: string): string =>
  new RegExp(`\\b${member}:\\s*(['"\`])((?:(?!\\1).)*)\\1`, 's').exec(body)?.[2] ?? '';

function readDeclarations(file: string): DeclaredMetric[] {
  return [...readFileSync(join(root, file), 'utf8').matchAll(declaration)].map(([, kind, body = '']) => {
    const labels = /\blabels:\s*\[([^\]]*)\]/.exec(body)?.[1] ?? '';
    return {
      name: textOf(body, 'name'),
      kind: kind?.toLowerCase() as DeclaredMetric['kind'],
      help: textOf(body, 'help'),
      labels: [...labels.matchAll(/'(\w+)'/g)].map(([, label = '']) => label),
      file,
    };
  });
}

/** Every metric that the gateway, the packages and the subgraphs declare, by name. Labels have to stand there as text. */
export function listDeclaredMetrics(): DeclaredMetric[] {
  const files = globSync(['gateway/src/**/*.ts', 'packages/*/src/**/*.ts', 'subgraphs/*/src/**/*.ts'], {
    cwd: root,
    exclude: (name) => /__generated__|node_modules/.test(name),
  }).filter((file) => !file.endsWith('.test.ts'));
  return files
    .flatMap(readDeclarations)
    .filter(({ name }) => name !== '')
    .toSorted((a, b) => a.name.localeCompare(b.name));
}
