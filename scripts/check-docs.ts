import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Verbs of the package managers themselves. */
const builtIn = new Set(['install', 'exec', 'add', 'run', 'jest', 'start', 'test', 'deploy', 'pack']);

const pages = execFileSync('git', ['ls-files', '*.md'], { encoding: 'utf8' }).split('\n').filter(Boolean);
const scripts = new Set(Object.keys(JSON.parse(readFileSync('package.json', 'utf8')).scripts));
const problems: string[] = [];

/** Relative links lead to files that are there. */
function checkLinks(page: string, text: string): void {
  for (const [, target = ''] of text.matchAll(/\]\(([^)#\s]+)/g)) {
    if (/^[a-z]+:/.test(target)) continue;
    if (!existsSync(join(dirname(page), target))) problems.push(`${page}: ${target} is not there`);
  }
}

/** Commands of this checkout are scripts of its package.json. */
function checkCommands(page: string, text: string): void {
  const code = [...text.matchAll(/```sh\n([\s\S]*?)```|`([^`\n]+)`/g)].map(([, block, inline]) =>
    (block ?? inline ?? '').replaceAll(/#.*/g, ''),
  );
  for (const [, verb = ''] of code.join('\n').matchAll(/\b(?:npm run|pnpm) ([a-z][\w:-]*)/g)) {
    if (!scripts.has(verb) && !builtIn.has(verb)) problems.push(`${page}: there is no script ${verb}`);
  }
}

for (const page of pages) {
  const text = readFileSync(page, 'utf8');
  checkLinks(page, text);
  checkCommands(page, text);
}
if (problems.length > 0) {
  for (const problem of problems) console.error(`✗ ${problem}`);
  process.exit(1);
}
console.log(`✓ ${pages.length} pages link to what is there`);
