import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from '@jest/globals';
import { newId } from '@studymate/contracts';
import { connectAuth } from '@studymate/database/auth';
import { createErasureLedger } from '@studymate/privacy';
import { createFsStore } from '@studymate/storage';
import { testDatabase } from '@studymate/testkit';
import { reapplyErasures } from './reapply-erasures.ts';

const { url } = await testDatabase('auth');
const database = connectAuth(url);
const directory = mkdtempSync(join(tmpdir(), 'erasures-'));
const objects = createFsStore({ directory, baseUrl: 'http://127.0.0.1', secret: '' });
afterAll(async () => {
  await database.$disconnect();
  rmSync(directory, { recursive: true });
});

async function someUser(): Promise<string> {
  const id = newId('User');
  const at = new Date();
  await database.user.create({
    data: {
      id,
      email: `${id}@example.org`,
      displayName: 'Ada',
      locale: 'en',
      timeZone: 'UTC',
      emailVerifiedAt: at,
      createdAt: at,
      updatedAt: at,
    },
  });
  return id;
}

const day = 86_400_000;
const dueOf = (userId: string) => database.erasure.findFirst({ where: { userId, canceledAt: null } });

it('makes those due again whom a restored backup brought back, and nobody else', async () => {
  const [erased, waiting, staying] = [await someUser(), await someUser(), await someUser()];
  const ledger = createErasureLedger(objects);
  for (const id of [erased, waiting]) await ledger.note(id, new Date());
  const dueAt = new Date(Date.now() + day);
  await database.erasure.create({ data: { id: 'waiting', userId: waiting, requestedAt: new Date(), dueAt } });
  await objects.put('exports/another', 'something else', 'text/plain');

  for (let time = 0; time < 2; time += 1) expect(await reapplyErasures(url, objects)).toBe(2);
  for (const id of [erased, waiting]) {
    expect((await dueOf(id))?.dueAt.getTime()).toBeLessThanOrEqual(Date.now() + 1_000);
    expect(await database.erasure.count({ where: { userId: id } })).toBe(1);
  }
  expect(await dueOf(staying)).toBeNull();
});
