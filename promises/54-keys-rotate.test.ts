import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connectAuth } from '@studymate/database/auth';
import { createFieldCipher } from '@studymate/database/encryption';
import { decodeProtectedHeader } from 'jose';
import { eventually } from '../scripts/story/narrator.ts';
import { createSigningKeyRepository } from '../subgraphs/auth/src/session/signing-key.repository.ts';
import { createSigningKeys } from '../subgraphs/auth/src/session/signing-keys.ts';
import { root } from '../tests/end-to-end/house.ts';
import { someLearner } from '../tests/end-to-end/people.ts';
import { postGraphql } from '../tests/end-to-end/raw.ts';
import { startProductionGateway } from './production-gateway.ts';
import { describeSilence, isFull, startRecordedHouse } from './recorded-house.ts';

const people = 6;
/** Full length: 50 requests a second for three minutes. */
const [loadMs, pauseMs] = isFull ? [180_000, 20] : [20_000, 100];
/** Each process looks at its file of keys within this. */
const lookMs = 6_000;
const rotationMs = 31 * 86_400_000;
const activeAfterMs = 61 * 60_000;

const directory = mkdtempSync(join(tmpdir(), 'field-keys-'));
const file = join(directory, 'keys');
const keyOf = (id: string) => `${id}:${randomBytes(32).toString('base64')}`;
const [oldKey, newKey] = [keyOf('old'), keyOf('new')];
writeFileSync(file, oldKey);

const house = await startRecordedHouse('rotation', { environment: { FIELD_KEYS_FILE: file } });
const second = await startProductionGateway(house);
const { POSTGRES_PORT, AUTH_PORT } = house.site.ports.environment;
const server = `postgresql://postgres@127.0.0.1:${POSTGRES_PORT}/postgres`;
const auth = connectAuth(server.replace(/postgres$/, 'studymate_auth'));
afterAll(async () => {
  await auth.$disconnect();
  rmSync(directory, { recursive: true });
});

interface Person {
  readonly token: string | null;
  readonly email: string;
  readonly password: string;
  phoneNumber: string;
}
const crowd: Person[] = [];
let lastNumber = 10_000_000;

/** What went wrong when a person reads their number, and after that takes a new one. */
async function useNumber(person: Person, url: string): Promise<string[]> {
  const { token } = person;
  const read = await postGraphql(url, { token, query: '{ viewer { phoneNumber } }' });
  const isRight = read.text.includes(`"phoneNumber":"${person.phoneNumber}"`);
  lastNumber += 1;
  const phoneNumber = `+8210${lastNumber}`;
  const written = await postGraphql(url, {
    token,
    query:
      'mutation ($input: UpdateProfileInput!) { updateProfile(input: $input) { ... on User { phoneNumber } } }',
    variables: { input: { phoneNumber } },
  });
  const isWritten = written.text.includes(phoneNumber);
  if (isWritten) person.phoneNumber = phoneNumber;
  return [...(isRight ? [] : [read.text]), ...(isWritten ? [] : [written.text])];
}

async function operate(verb: string): Promise<{ said: string; code: number }> {
  const child = spawn(process.execPath, ['scripts/keys.ts', verb], {
    cwd: root,
    env: { ...house.site.environment, FIELD_KEYS_FILE: file, DATABASE_URL: server },
  });
  const output = Promise.all([buffer(child.stdout), buffer(child.stderr)]);
  const [code] = (await once(child, 'exit')) as [number];
  return { said: Buffer.concat(await output).toString(), code };
}

beforeAll(async () => {
  for (let index = 0; index < people; index += 1) {
    const { accessToken: token, email, password } = await someLearner(house);
    const person: Person = { token, email, password, phoneNumber: '' };
    await useNumber(person, house.places.gateway);
    expect(person.phoneNumber).not.toBe('');
    crowd.push(person);
  }
}, 120_000);

describe('the key of encrypted fields', () => {
  it('is replaced while people read and write, and nobody notices', async () => {
    const problems: string[] = [];
    const startedAt = performance.now();
    let isRotated = false;
    let uses = 0;
    const load = (async () => {
      while (!isRotated || performance.now() - startedAt < loadMs) {
        const person = crowd[uses % people];
        const url = uses % 2 ? second.graphql : house.places.gateway;
        if (person) problems.push(...(await useNumber(person, url)));
        uses += 1;
        await delay(pauseMs);
      }
    })();

    writeFileSync(file, `${oldKey},${newKey}`);
    await delay(lookMs);
    writeFileSync(file, `${newKey},${oldKey}`);
    expect((await operate('status')).code).toBe(1);
    await delay(lookMs);
    expect(await operate('rotate')).toEqual({ said: expect.stringContaining('older ones may go'), code: 0 });
    writeFileSync(file, newKey);
    await delay(lookMs);
    isRotated = true;
    await load;

    expect(uses).toBeGreaterThan(people);
    expect(problems).toEqual([]);
    expect((await operate('status')).said).not.toContain('(old)');
  }, 400_000);
});

describe('the key that signs access tokens', () => {
  it('is replaced while tokens of the old one go on', async () => {
    const listKeys = async () => {
      const response = await fetch(`http://127.0.0.1:${AUTH_PORT}/.well-known/jwks.json`);
      return ((await response.json()) as { keys: { kid: string }[] }).keys.map(({ kid }) => kid);
    };
    const before = await listKeys();
    const inAMonth = new Date(Date.now() + rotationMs);
    const cipher = createFieldCipher({ FIELD_KEYS: readFileSync(file, 'utf8') });
    const keys = createSigningKeys(createSigningKeyRepository(auth), cipher);
    expect(await keys.rotateWhenDue(inAMonth)).toBe(true);
    const after = await eventually(
      'both keys to be published',
      async () => {
        const found = await listKeys();
        return found.length === before.length + 1 && found;
      },
      60_000,
    );

    const [person] = crowd;
    if (!person) throw new Error('There is nobody.');
    expect(await useNumber(person, second.graphql)).toEqual([]);

    const at = new Date(inAMonth.getTime() + activeAfterMs);
    const { data } = await postGraphql(house.places.gateway, {
      token: null,
      query: `mutation ($email: String!, $password: String!) {
        signIn(email: $email, password: $password) { ... on AuthTokens { accessToken } }
      }`,
      variables: { email: person.email, password: person.password },
      at,
    });
    const token = /"accessToken":"([^"]+)"/.exec(JSON.stringify(data))?.[1] ?? '';
    const { kid } = decodeProtectedHeader(token);
    expect(after).toContain(kid);
    expect(before).not.toContain(kid);
    const query = '{ viewer { phoneNumber } }';
    const answer = await postGraphql(house.places.gateway, { token, query, at });
    expect(answer.data).toEqual({ viewer: { phoneNumber: person.phoneNumber } });
  }, 120_000);
});

describeSilence(house);
