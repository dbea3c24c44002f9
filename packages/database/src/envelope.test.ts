import { randomBytes } from 'node:crypto';
import { afterAll, describe, expect, it } from '@jest/globals';
import { newId } from '@studymate/contracts';
import { testDatabase } from '@studymate/testkit';
import { connectAuth } from './auth.ts';
import { createEnvelope, createFieldCipher, shredKeys } from './encryption.ts';

const { url } = await testDatabase('auth');
const database = connectAuth(url);
afterAll(() => database.$disconnect());
const cipher = createFieldCipher({ FIELD_KEYS: `a:${randomBytes(32).toString('base64')}` });
const placeOf = (rowId: string) => ({ table: 'User', column: 'phoneNumberCipher', rowId });
const anEnvelope = () => createEnvelope(database, cipher);

describe('what is sealed for an owner', () => {
  it('opens for everybody who has the key of the installation, and with no other', async () => {
    const owner = newId('User');
    const sealed = await anEnvelope().seal(owner, placeOf(owner), '+821012345678');
    expect(sealed).toMatch(/^v1\.dk_[^.]+\.[^.]+\.[^.]+$/);
    expect(await anEnvelope().open(placeOf(owner), sealed)).toBe('+821012345678');
    const others = createEnvelope(
      database,
      createFieldCipher({ FIELD_KEYS: `a:${Buffer.alloc(32).toString('base64')}` }),
    );
    await expect(others.open(placeOf(owner), sealed)).rejects.toThrow();
  });

  it('has one key for each owner, however many come at once', async () => {
    const [one, other] = [newId('User'), newId('User')];
    const sealed = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        anEnvelope().seal(index % 2 ? one : other, placeOf(String(index)), 'secret'),
      ),
    );
    expect(new Set(sealed.map((value) => value.split('.')[1])).size).toBe(2);
    expect(await database.dataKey.count({ where: { ownerId: { in: [one, other] } } })).toBe(2);
    const texts = await Promise.all(
      sealed.map((value, index) => anEnvelope().open(placeOf(String(index)), value)),
    );
    expect(new Set(texts)).toEqual(new Set(['secret']));
  });

  it('does not open in the place of another', async () => {
    const owner = newId('User');
    const sealed = await anEnvelope().seal(owner, placeOf(owner), 'secret');
    await expect(anEnvelope().open(placeOf(newId('User')), sealed)).rejects.toThrow();
    await expect(
      anEnvelope().open({ ...placeOf(owner), column: 'birthDateCipher' }, sealed),
    ).rejects.toThrow();
  });

  it('is unreadable once the key is shredded, and nobody else loses anything', async () => {
    const [gone, staying] = [newId('User'), newId('User')];
    const [lost, kept] = await Promise.all(
      [gone, staying].map((owner) => anEnvelope().seal(owner, placeOf(owner), 'secret')),
    );
    await shredKeys(database, gone);
    expect(await anEnvelope().open(placeOf(gone), lost ?? '')).toBeNull();
    expect(await anEnvelope().open(placeOf(staying), kept ?? '')).toBe('secret');
    const sealedAgain = await anEnvelope().seal(gone, placeOf(gone), 'another');
    expect(await anEnvelope().open(placeOf(gone), sealedAgain)).toBe('another');
    expect(await anEnvelope().open(placeOf(gone), lost ?? '')).toBeNull();
  });

  it('is shredded only when the transaction commits', async () => {
    const owner = newId('User');
    const sealed = await anEnvelope().seal(owner, placeOf(owner), 'secret');
    const aborted = database.$transaction(async (inner) => {
      await shredKeys(inner, owner);
      throw new Error('changed its mind');
    });
    await expect(aborted).rejects.toThrow('changed its mind');
    expect(await anEnvelope().open(placeOf(owner), sealed)).toBe('secret');
  });

  it('asks for the keys of a list together', async () => {
    const owners = Array.from({ length: 20 }, () => newId('User'));
    const sealed = await Promise.all(owners.map((owner) => anEnvelope().seal(owner, placeOf(owner), owner)));
    let queries = 0;
    const counting = createEnvelope(
      {
        $executeRaw: (query, ...values) => database.$executeRaw(query, ...values),
        $queryRaw: (query, ...values) => {
          queries += 1;
          return database.$queryRaw(query, ...values);
        },
      },
      cipher,
    );
    const texts = await Promise.all(
      owners.map((owner, index) => counting.open(placeOf(owner), sealed[index] ?? '')),
    );
    expect(texts).toEqual(owners);
    expect(queries).toBe(1);
  });
});

describe('what was encrypted before there were keys of owners', () => {
  it('still opens', async () => {
    const owner = newId('User');
    const old = cipher.encrypt(placeOf(owner), 'secret');
    expect(await anEnvelope().open(placeOf(owner), old)).toBe('secret');
  });
});
