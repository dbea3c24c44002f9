import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, describe, expect, it } from '@jest/globals';
import { watchTree } from './watch-tree.ts';

const base = mkdtempSync(join(tmpdir(), 'watch-'));
mkdirSync(join(base, 'src/deck/node_modules'), { recursive: true });
writeFileSync(join(base, 'src/deck/deck.ts'), 'one');
const seen: string[] = [];
const stop = watchTree(base, ['src'], (path) => seen.push(path));

afterAll(() => {
  stop();
  rmSync(base, { recursive: true });
});

async function edits(make: () => void): Promise<string[]> {
  seen.length = 0;
  make();
  for (let waited = 0; seen.length === 0 && waited < 2_000; waited += 20) await delay(20);
  return [...new Set(seen)];
}

describe('watching the sources', () => {
  it('sees a file that is written, again and again', async () => {
    expect(await edits(() => writeFileSync(join(base, 'src/deck/deck.ts'), 'two'))).toEqual([
      'src/deck/deck.ts',
    ]);
    expect(await edits(() => writeFileSync(join(base, 'src/deck/deck.ts'), 'three'))).toEqual([
      'src/deck/deck.ts',
    ]);
  });

  it('sees a file that an editor replaces, also the second time', async () => {
    for (const text of ['four', 'five']) {
      writeFileSync(join(base, 'draft'), text);
      const replace = () => renameSync(join(base, 'draft'), join(base, 'src/deck/deck.ts'));
      expect(await edits(replace)).toContain('src/deck/deck.ts');
    }
  });

  it('sees files in folders that came later', async () => {
    mkdirSync(join(base, 'src/card'));
    await delay(200);
    expect(await edits(() => writeFileSync(join(base, 'src/card/card.ts'), 'one'))).toContain(
      'src/card/card.ts',
    );
  });
});
