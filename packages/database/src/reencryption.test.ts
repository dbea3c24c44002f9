import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { newId } from '@studymate/contracts';
import { withClient } from '@studymate/schema-engine/connection';
import { testDatabase } from '@studymate/testkit';
import { createFieldCipher } from './encryption.ts';
import { countByKey, listCipherColumns, reencrypt } from './reencryption.ts';

const { url } = await testDatabase('auth');
const directory = mkdtempSync(join(tmpdir(), 'keys-'));
const file = join(directory, 'field-keys');
afterAll(() => rmSync(directory, { recursive: true }));

const oldKey = `old:${randomBytes(32).toString('base64')}`;
const newKey = `new:${randomBytes(32).toString('base64')}`;
const column = { table: 'TotpFactor', column: 'secretCipher' };
const rows = 500;

describe('rotating the key of encrypted fields', () => {
  it('finds every encrypted column by its name', async () => {
    const found = await withClient(url, listCipherColumns);
    expect(found).toEqual(
      expect.arrayContaining([
        column,
        { table: 'User', column: 'phoneNumberCipher' },
        { table: 'User', column: 'birthDateCipher' },
        { table: 'SigningKey', column: 'privateCipher' },
      ]),
    );
  });

  it('leaves nothing to the old key while others read and write, and loses nothing', async () => {
    writeFileSync(file, oldKey);
    const cipher = createFieldCipher({ FIELD_KEYS_FILE: file });
    const ids = Array.from({ length: rows }, () => newId('TotpFactor'));
    const place = (id: string) => ({ ...column, rowId: id });
    await withClient(url, async (connection) => {
      await connection.query('set session_replication_role = replica');
      for (const id of ids) {
        await connection.query(
          'insert into "TotpFactor" ("id", "userId", "label", "secretCipher", "createdAt") values ($1, $1, $1, $2, now())',
          [id, cipher.encrypt(place(id), `secret of ${id}`)],
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
        expect(cipher.decrypt(place(id), found.rows[0]?.secretCipher ?? '')).toBe(`secret of ${id}`);
        reads += 1;
      }
    });
    const rewritten = await withClient(url, (connection) =>
      reencrypt(connection, rotator, { ...column, batch: 50 }),
    );
    isOver = true;
    await others;
    expect(rewritten).toBe(rows);
    expect(reads).toBeGreaterThan(10);
    expect(await withClient(url, (connection) => countByKey(connection, column))).toEqual(
      new Map([['new', rows]]),
    );

    const withoutOld = createFieldCipher({ FIELD_KEYS: newKey });
    const { rows: kept } = await withClient(url, (connection) =>
      connection.query<{ id: string; secretCipher: string }>('select "id", "secretCipher" from "TotpFactor"'),
    );
    for (const { id, secretCipher } of kept) {
      expect(withoutOld.decrypt(place(id), secretCipher)).toBe(`secret of ${id}`);
    }
  });

  it('goes on with the keys it knows when the file is broken or away', () => {
    writeFileSync(file, newKey);
    const cipher = createFieldCipher({ FIELD_KEYS_FILE: file });
    const place = { ...column, rowId: 'tot_1' };
    const sealed = cipher.encrypt(place, 'secret');
    writeFileSync(file, 'new:half-writ');
    expect(() => cipher.decrypt(place, sealed.replace('.new.', '.other.'))).toThrow(/No key other/);
    expect(cipher.decrypt(place, sealed)).toBe('secret');
    rmSync(file);
    expect(() => cipher.decrypt(place, sealed.replace('.new.', '.other.'))).toThrow(/No key other/);
    expect(cipher.decrypt(place, sealed)).toBe('secret');
  });
});
