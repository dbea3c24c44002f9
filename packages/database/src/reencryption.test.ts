import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { newId } from '@studymate/contracts';
import { withClient } from '@studymate/schema-engine/connection';
import { testDatabase } from '@studymate/testkit';
import { connectAuth } from './auth.ts';
import { createEnvelope, createFieldCipher } from './encryption.ts';
import { countByKey, keysOfOwners, listCipherColumns, reencrypt } from './reencryption.ts';

const { url } = await testDatabase('auth');
const directory = mkdtempSync(join(tmpdir(), 'keys-'));
const file = join(directory, 'field-keys');
afterAll(() => rmSync(directory, { recursive: true }));

const oldKey = `old:${randomBytes(32).toString('base64')}`;
const newKey = `new:${randomBytes(32).toString('base64')}`;
const column = { table: 'TotpFactor', column: 'secretCipher', owner: 'userId' } as const;
const wrapped = { table: 'DataKey', column: 'keyCipher', owner: null } as const;
const database = connectAuth(url);
afterAll(() => database.$disconnect());
const rows = 500;

describe('rotating the key of encrypted fields', () => {
  it('finds every encrypted column by its name', async () => {
    const found = await withClient(url, listCipherColumns);
    expect(found).toEqual(
      expect.arrayContaining([
        column,
        { table: 'User', column: 'phoneNumberCipher', owner: 'id' },
        { table: 'User', column: 'birthDateCipher', owner: 'id' },
        { table: 'SigningKey', column: 'privateCipher', owner: null },
        wrapped,
      ]),
    );
  });

  it('leaves nothing to the old key while others read and write, and loses nothing', async () => {
    writeFileSync(file, oldKey);
    const cipher = createFieldCipher({ FIELD_KEYS_FILE: file });
    const ids = Array.from({ length: rows }, () => newId('TotpFactor'));
    const place = (rowId: string) => ({ table: column.table, column: column.column, rowId });
    // Half of the rows from before there were keys of owners.
    const seal = (id: string, index: number) =>
      index % 2
        ? cipher.encrypt(place(id), `secret of ${id}`)
        : createEnvelope(database, cipher).seal(id, place(id), `secret of ${id}`);
    await withClient(url, async (connection) => {
      await connection.query('set session_replication_role = replica');
      for (const [index, id] of ids.entries()) {
        await connection.query(
          'insert into "TotpFactor" ("id", "userId", "label", "secretCipher", "createdAt") values ($1, $1, $1, $2, now())',
          [id, await seal(id, index)],
        );
      }
    });

    writeFileSync(file, `${newKey},${oldKey}`);
    const rotator = createFieldCipher({ FIELD_KEYS_FILE: file });
    let isOver = false;
    let reads = 0;
    /** A process that has not looked at the file since the key changed. */
    const others = withClient(url, async (connection) => {
      while (!isOver) {
        const id = ids[reads % rows] ?? '';
        const found = await connection.query<{ secretCipher: string }>(
          'select "secretCipher" from "TotpFactor" where "id" = $1',
          [id],
        );
        const opened = createEnvelope(database, cipher).open(place(id), found.rows[0]?.secretCipher ?? '');
        expect(await opened).toBe(`secret of ${id}`);
        reads += 1;
      }
    });
    const renew = (target: typeof column | typeof wrapped) =>
      withClient(url, (connection) => reencrypt(connection, rotator, { ...target, batch: 50 }));
    const rewritten = [await renew(wrapped), await renew(column), await renew(column)];
    isOver = true;
    await others;
    expect(rewritten).toEqual([rows / 2, rows / 2, 0]);
    expect(reads).toBeGreaterThan(10);
    const count = (target: typeof column | typeof wrapped) =>
      withClient(url, (connection) => countByKey(connection, target));
    expect(await count(column)).toEqual(new Map([[keysOfOwners, rows]]));
    expect(await count(wrapped)).toEqual(new Map([['new', rows]]));

    const withoutOld = createFieldCipher({ FIELD_KEYS: newKey });
    const { rows: kept } = await withClient(url, (connection) =>
      connection.query<{ id: string; secretCipher: string }>('select "id", "secretCipher" from "TotpFactor"'),
    );
    for (const { id, secretCipher } of kept) {
      const opened = createEnvelope(database, withoutOld).open(place(id), secretCipher);
      expect(await opened).toBe(`secret of ${id}`);
    }
  });

  it('goes on with the keys it knows when the file is broken or away', () => {
    writeFileSync(file, newKey);
    const cipher = createFieldCipher({ FIELD_KEYS_FILE: file });
    const place = { table: column.table, column: column.column, rowId: 'tot_1' };
    const sealed = cipher.encrypt(place, 'secret');
    writeFileSync(file, 'new:half-writ');
    expect(() => cipher.decrypt(place, sealed.replace('.new.', '.other.'))).toThrow(/No key other/);
    expect(cipher.decrypt(place, sealed)).toBe('secret');
    rmSync(file);
    expect(() => cipher.decrypt(place, sealed.replace('.new.', '.other.'))).toThrow(/No key other/);
    expect(cipher.decrypt(place, sealed)).toBe('secret');
  });
});
