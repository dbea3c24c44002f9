import { randomBytes } from 'node:crypto';
import { newRowId } from '@studymate/contracts';
import DataLoader from 'dataloader';
import type { FieldCipher } from './encryption.ts';
import type { PlatformDatabase } from './platform.ts';
import { type FieldPlace, keyIdOf, type NamedKey, openValue, sealValue } from './sealed-value.ts';

const keyBytes = 32;
/** No name of a key of the installation has an underscore. */
const dataKeyPrefix = 'dk_';

interface DataKey {
  readonly id: string;
  readonly ownerId: string;
  readonly keyCipher: string;
}

const placeOf = (id: string): FieldPlace => ({ table: 'DataKey', column: 'keyCipher', rowId: id });

/** Whether a sealed value needs a key of its owner, and not one of the installation. */
export const isEnveloped = (sealed: string): boolean => keyIdOf(sealed).startsWith(dataKeyPrefix);

/**
 * Destroys an owner's key: what was sealed for them opens never again, wherever copies of it lie. Needs no keys of the
 * installation; shares the transaction of `database`.
 */
export async function shredKeys(database: PlatformDatabase, ownerId: string): Promise<void> {
  await database.$executeRaw`delete from "DataKey" where "ownerId" = ${ownerId}`;
}

/**
 * Envelope encryption (NIST SP 800-57, key wrapping): each owner has a random data key, kept in `DataKey` wrapped by the
 * cipher, which seals the columns of what is theirs. Rotation wraps data keys anew; `shredKeys` destroys one. One per
 * request or transaction, so that the keys of a list are read together and none outlives the request.
 */
export function createEnvelope(database: PlatformDatabase, cipher: FieldCipher) {
  const unwrap = ({ id, keyCipher }: DataKey): NamedKey => ({
    id,
    key: Buffer.from(cipher.decrypt(placeOf(id), keyCipher), 'base64'),
  });
  const byId = new DataLoader<string, DataKey | null>(
    async (ids) => {
      const rows = await database.$queryRaw<DataKey[]>`select * from "DataKey" where "id" = any(${[...ids]})`;
      const found = new Map(rows.map((row) => [row.id, row]));
      return ids.map((id) => found.get(id) ?? null);
    },
    { cache: false },
  );

  /** The owner's key, made at first use; of two that are made at once the first stays. */
  const keyOf = async (ownerId: string): Promise<NamedKey> => {
    const find = () => database.$queryRaw<DataKey[]>`select * from "DataKey" where "ownerId" = ${ownerId}`;
    const [known] = await find();
    if (known) return unwrap(known);
    const id = `${dataKeyPrefix}${newRowId()}`;
    const wrapped = cipher.encrypt(placeOf(id), randomBytes(keyBytes).toString('base64'));
    await database.$executeRaw`insert into "DataKey" ("id", "ownerId", "keyCipher", "createdAt")
      values (${id}, ${ownerId}, ${wrapped}, now()) on conflict ("ownerId") do nothing`;
    const [made] = await find();
    if (!made) throw new Error('The key of an owner was destroyed while it was needed.');
    return unwrap(made);
  };

  return {
    seal: async (ownerId: string, place: FieldPlace, plaintext: string): Promise<string> =>
      sealValue(await keyOf(ownerId), place, plaintext),

    /** Null when its owner's key was destroyed; throws when the value was altered or moved, or a key is missing. */
    async open(place: FieldPlace, sealed: string): Promise<string | null> {
      // Written before there were keys of owners.
      if (!isEnveloped(sealed)) return cipher.decrypt(place, sealed);
      const row = await byId.load(keyIdOf(sealed));
      return row && openValue(unwrap(row), place, sealed);
    },

    shred: (ownerId: string): Promise<void> => shredKeys(database, ownerId),
  };
}

export type Envelope = ReturnType<typeof createEnvelope>;
