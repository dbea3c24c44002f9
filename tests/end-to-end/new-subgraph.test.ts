import { execFileSync, spawn } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { root } from './house.ts';

mkdirSync(join(root, 'run/test'), { recursive: true });
const copy = mkdtempSync(join(root, 'run/test', `${process.pid}-subgraph-`));

const listFiles = (...flags: string[]) =>
  execFileSync('git', ['ls-files', '-z', ...flags], { cwd: root, encoding: 'utf8' })
    .split('\0')
    .filter((path) => path !== '' && existsSync(join(root, path)));

/** A checkout as it stands, with what was generated from it; fetched programs are shared. */
function copyCheckout(): void {
  const sources = listFiles('--cached', '--others', '--exclude-standard');
  const generated = listFiles('--others', '--ignored', '--exclude-standard', '--', '*/__generated__/*');
  for (const path of [...sources, ...generated]) {
    mkdirSync(dirname(join(copy, path)), { recursive: true });
    cpSync(join(root, path), join(copy, path));
  }
  if (existsSync(join(root, 'run/stamps')))
    cpSync(join(root, 'run/stamps'), join(copy, 'run/stamps'), { recursive: true });
  mkdirSync(join(root, 'run/toolchain'), { recursive: true });
  symlinkSync(join(root, 'run/toolchain'), join(copy, 'run/toolchain'));
}

/** Runs pnpm in the copy; rejects with what it said when it fails. */
function pnpm(...parameters: string[]): Promise<string> {
  const { NODE_OPTIONS: _options, JEST_WORKER_ID: _worker, ...environment } = process.env;
  return new Promise((resolve, reject) => {
    const child = spawn('pnpm', parameters, { cwd: copy, env: { ...environment, CI: 'true' } });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        said += chunk;
      });
    }
    child.once('error', reject);
    child.once('exit', (code) =>
      code === 0 ? resolve(said) : reject(new Error(`pnpm ${parameters[0]}:\n${said}`)),
    );
  });
}

const read = (path: string) => readFileSync(join(copy, path), 'utf8');

describe('pnpm new:subgraph notes', () => {
  beforeAll(async () => {
    copyCheckout();
    await pnpm('install', '--prefer-offline', '--frozen-lockfile');
    await pnpm('new:subgraph', 'notes');
  }, 180_000);

  afterAll(() => rmSync(copy, { recursive: true, force: true }));

  it('joins the supergraph, with a field that is ruled', async () => {
    expect(read('schema/supergraph.graphql')).toContain('NOTES @join__graph(name: "notes"');
    expect(read('schema/api.graphql')).toContain('notesNote(id: ID!): NotesNote');
    await pnpm('compose:check');
    await pnpm('check-schema');
  }, 60_000);

  it('does not pass with a field that nobody has ruled, or with a rule that nobody knows', async () => {
    const path = join(copy, 'schema/subgraphs/notes.graphql');
    const own = readFileSync(path, 'utf8');
    for (const [sdl, problem] of [
      ['extend type Query { unruled: Int }', 'Query.unruled has no access rule'],
      [
        'extend type Mutation { ruled: Int @requiresScopes(scopes: [["made:up"]]) }',
        'scope made:up is not in',
      ],
    ] as const) {
      writeFileSync(path, `${own}\n${sdl}\n`);
      await expect(pnpm('check-schema')).rejects.toThrow(problem);
    }
    writeFileSync(path, own);
    const list = join(copy, 'packages/contracts/src/access.ts');
    const named = readFileSync(list, 'utf8');
    writeFileSync(list, named.replace("'user:read',", "'user:read',\n  'nobody:asks',"));
    await expect(pnpm('check-schema')).rejects.toThrow('scope nobody:asks of');
    writeFileSync(list, named);
  }, 60_000);

  it('has a migration of its own, and a test that passes', async () => {
    expect(read('prisma/notes/migrations/migration_lock.toml')).toContain('postgresql');
    expect(await pnpm('jest', 'subgraphs/notes')).toContain('hides a note from everyone but its owner');
  }, 120_000);

  it('compiles and keeps the house rules', async () => {
    await pnpm('types');
    await pnpm('exec', 'biome', 'check', 'subgraphs/notes', 'prisma/notes', 'packages', 'scripts');
  }, 120_000);
});
