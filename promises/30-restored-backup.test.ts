import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { createGunzip } from 'node:zlib';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { createFieldCipher } from '@studymate/database/encryption';
import { startPostgres, startRedis } from '@studymate/embedded';
import { databaseUrl, withClient } from '@studymate/schema-engine/connection';
import { toolchainDirectory } from '../scripts/launcher/workspace.ts';
import { type House, root, type Site, someSite, startHouse } from '../tests/end-to-end/house.ts';
import { someLearner } from '../tests/end-to-end/people.ts';
import { postGraphql } from '../tests/end-to-end/raw.ts';

const phoneNumber = '+821055512345';
const fieldKeys = `first:${Buffer.alloc(32, 'of the house that is backed up').toString('base64')}`;
const environment = { FIELD_KEYS: fieldKeys };

const site = await someSite('backed-up');
const otherSite = await someSite('restored');
let house: House;
let mina: { email: string; password: string; accessToken: string | null };
let backup: string;
let restoredInPlace: { said: string; code: number };

/** Runs a command of an operator on a site; answers its output and exit code. */
async function operate(where: Site, ...parameters: string[]): Promise<{ said: string; code: number }> {
  const ports = where.ports.environment;
  const child = spawn(process.execPath, ['scripts/backup.ts', ...parameters], {
    cwd: root,
    env: {
      ...where.environment,
      ...environment,
      DATABASE_URL: `postgresql://postgres@127.0.0.1:${ports.POSTGRES_PORT}/postgres`,
      REDIS_URL: `redis://127.0.0.1:${ports.REDIS_PORT}`,
    },
  });
  where.endLater(child);
  const output = Promise.all([buffer(child.stdout), buffer(child.stderr)]);
  const [code] = (await once(child, 'exit')) as [number];
  return { said: Buffer.concat(await output).toString(), code };
}

async function ask(where: House, query: string, variables: object = {}) {
  const { data, errors } = await postGraphql(where.places.gateway, {
    token: mina.accessToken,
    query,
    variables: { ...variables },
  });
  expect(errors ?? []).toEqual([]);
  return data;
}

const createSubject = (title: string) =>
  ask(
    house,
    'mutation ($title: String!, $key: String!) { createSubject(title: $title, idempotencyKey: $key) { __typename } }',
    { title, key: randomUUID() },
  );

/** Every file of the backup, unpacked. */
async function readBackup(): Promise<{ name: string; text: string }[]> {
  const names = readdirSync(backup, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.gz$/.test(name),
  );
  return Promise.all(
    names.map(async (name) => ({
      name,
      text: (await buffer(createReadStream(join(backup, name)).pipe(createGunzip()))).toString(),
    })),
  );
}

beforeAll(async () => {
  house = await startHouse(site, { environment });
  mina = await someLearner(house);
  await ask(
    house,
    'mutation ($phone: String) { updateProfile(input: { phoneNumber: $phone, expectedVersion: 1 }) { __typename } }',
    { phone: phoneNumber },
  );
  await createSubject('Before the backup');

  let isOver = false;
  let written = 0;
  const load = (async () => {
    for (; !isOver; written += 1) await createSubject(`Meanwhile ${written}`);
  })();
  const { said, code } = await operate(site, 'create', '--to', join(site.directory, 'backups'));
  isOver = true;
  await load;
  expect(said).toContain('✔');
  expect(code).toBe(0);
  expect(written).toBeGreaterThan(0);
  const [name = ''] = readdirSync(join(site.directory, 'backups'));
  backup = join(site.directory, 'backups', name);
  restoredInPlace = await operate(site, 'restore', backup);
}, 300_000);

describe('a backup that was made while people wrote', () => {
  it('comes back table by table as it was', async () => {
    const { said, code } = await operate(site, 'verify', backup);
    expect(said).toMatch(/✔ every table came back as it was: \d+ tables with \d{2,} rows/);
    expect(code).toBe(0);
  }, 120_000);

  it('is refused when a byte of it has changed', async () => {
    const file = join(backup, 'databases/study/Subject.copy.gz');
    const bytes = readFileSync(file);
    writeFileSync(file, Buffer.from([...bytes.subarray(0, -1), (bytes.at(-1) ?? 0) ^ 1]));
    const { said, code } = await operate(site, 'verify', backup);
    writeFileSync(file, bytes);
    expect(said).toContain('databases/study/Subject.copy.gz of the backup is damaged');
    expect(code).toBe(1);
  }, 120_000);

  it('is not restored over what is there, unless told to', () => {
    expect(restoredInPlace.said).toMatch(/database is not empty/);
    expect(restoredInPlace.code).toBe(1);
  });

  it('holds no key, and without the keys no phone number', async () => {
    const files = await readBackup();
    const textOf = (table: string) => files.find(({ name }) => name.endsWith(`auth/${table}.copy.gz`))?.text;
    expect(textOf('User')).toContain('v1.dk_');
    expect(textOf('DataKey')).toContain('v1.first.');
    for (const secret of [phoneNumber, fieldKeys.split(':')[1] ?? '']) {
      expect(files.filter(({ text }) => text.includes(secret)).map(({ name }) => name)).toEqual([]);
    }
  });
});

describe('a house that is restored elsewhere', () => {
  let restored: House;

  beforeAll(async () => {
    await house.end('SIGTERM');
    const { directory, ports } = otherSite;
    const [postgres, redis] = await Promise.all([
      startPostgres({
        directory: join(directory, 'postgres'),
        port: Number(ports.environment.POSTGRES_PORT),
      }),
      startRedis({
        directory: join(directory, 'redis'),
        port: Number(ports.environment.REDIS_PORT),
        cache: join(toolchainDirectory, 'redis'),
      }),
    ]);
    const { said, code } = await operate(otherSite, 'restore', backup);
    expect({ said, code }).toEqual({ said: expect.stringContaining('✔ restored'), code: 0 });

    const again = await operate(otherSite, 'restore', backup, '--overwrite');
    expect(again).toEqual({ said: expect.stringContaining('✔ restored'), code: 0 });

    const url = databaseUrl(postgres.url, 'studymate_auth');
    const { rows } = await withClient(url, (client) =>
      client.query<{ id: string; sealed: string }>('select "id", "keyCipher" as sealed from "DataKey"'),
    );
    const place = { table: 'DataKey', column: 'keyCipher', rowId: rows[0]?.id ?? '' };
    const otherKeys = createFieldCipher({ FIELD_KEYS: fieldKeys.replace('first:', 'other:') });
    expect(() => otherKeys.decrypt(place, rows[0]?.sealed ?? '')).toThrow(/No key first/);
    expect(createFieldCipher(environment).decrypt(place, rows[0]?.sealed ?? '')).toHaveLength(44);

    await Promise.all([postgres.stop(), redis.stop()]);
    rmSync(join(site.directory, 'postgres'), { recursive: true });
    restored = await startHouse(otherSite, { environment });
  }, 300_000);

  it('knows people by their passwords, and what is theirs', async () => {
    const signedIn = await ask(
      restored,
      `mutation ($email: String!, $password: String!) {
        signIn(email: $email, password: $password) { ... on AuthTokens { accessToken } }
      }`,
      { email: mina.email, password: mina.password },
    );
    mina.accessToken = /"accessToken":"([^"]+)"/.exec(JSON.stringify(signedIn))?.[1] ?? null;
    const data = await ask(
      restored,
      '{ viewer { phoneNumber } subjects(first: 100) { edges { node { title } } } }',
    );
    expect(JSON.stringify(data)).toContain('Before the backup');
    expect(data?.viewer).toEqual({ phoneNumber });
  }, 60_000);

  it('takes new work', async () => {
    house = restored;
    expect(await createSubject('After the restore')).toEqual({ createSubject: { __typename: 'Subject' } });
  }, 60_000);
});
