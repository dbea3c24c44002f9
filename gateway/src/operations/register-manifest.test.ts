import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { buildSchema } from 'graphql';
import { checkFolder } from './check-folder.ts';
import { parseManifest } from './manifest.ts';
import { readRegistered, registerManifest } from './register-manifest.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'register-'));
});
afterEach(() => rm(folder, { recursive: true }));
const schema = buildSchema('type Query { a: Node } type Node { a: Node id: ID }');
const against = { schema, limits: { depth: 3 } };
const register = (client: string, content: object) =>
  registerManifest({ folder, client, manifest: parseManifest(content), ...against });

describe('registering a manifest', () => {
  it('adds to what the client has, with a version that counts the changes', async () => {
    expect(await register('web', { one: '{ a { id } }' })).toMatchObject({ version: 1 });
    expect(await register('web', { one: '{ a { id } }', two: 'query A { a { id } }' })).toMatchObject({
      version: 2,
      added: [{ id: 'two', name: 'A', type: 'query' }],
    });
    expect(await register('web', { two: 'query A { a { id } }' })).toMatchObject({ version: 2, added: [] });
    expect((await readRegistered(folder, 'web')).operations.map(({ id }) => id)).toEqual(['one', 'two']);
  });

  it('takes all of it or nothing', async () => {
    await register('web', { one: '{ a { id } }' });
    const wrong = { good: '{ a { id } }', bad: '{ b }', deep: '{ a { a { a { id } } } }' };
    await expect(register('other', wrong)).rejects.toThrow(
      /\(bad\): Cannot query field[\s\S]*\(deep\): .*3 levels/,
    );
    await expect(register('web', { one: '{ a { a { id } } }' })).rejects.toThrow('another body');
    await expect(register('../web', { one: '{ a { id } }' })).rejects.toThrow('no name for a client');
    expect(await readdir(folder)).toEqual(['web.json']);
  });

  it('is checked again when the schema changes', async () => {
    await register('web', { one: '{ a { id } }', two: 'query A { a { id } }' });
    expect(await checkFolder(folder, against)).toEqual({ operations: 2, routes: 0, tools: 0, problems: [] });
    const changed = { ...against, schema: buildSchema('type Query { a: Node } type Node { key: ID }') };
    expect((await checkFolder(folder, changed)).problems).toHaveLength(2);
    await writeFile(join(folder, 'broken.json'), '{');
    expect((await checkFolder(folder, against)).problems).toEqual([expect.stringContaining('broken.json')]);
  });
});
