import { createReadStream, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { createGunzip } from 'node:zlib';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { databaseUrl } from '@studymate/schema-engine/connection';
import { createFsStore } from '@studymate/storage';
import { createBackup } from '../scripts/backup/create-backup.ts';
import { listDomains } from '../scripts/launcher/workspace.ts';
import type { Learner } from '../scripts/story/learner.ts';
import { receiveMail } from '../scripts/story/mailbox.ts';
import { someLearner } from '../tests/end-to-end/people.ts';
import { postGraphql } from '../tests/end-to-end/raw.ts';
import { describeSilence, isFull, startRecordedHouse } from './recorded-house.ts';

const people = isFull ? 50 : 4;
const birthDate = '1931-02-27';
const leastMemoryKiB = 19_456;

const house = await startRecordedHouse('at-rest');
const { directory, ports } = house.site;

/** What only its owner may know, by what it is. */
type Secrets = Readonly<Record<string, string>>;

async function tell(token: string | null, query: string, variables: Record<string, unknown>) {
  const { data, text } = await postGraphql(house.places.gateway, { token, query, variables });
  const answer = (data?.answer ?? null) as Record<string, string> | null;
  if (answer === null || answer.code !== undefined) throw new Error(text);
  return answer;
}
const refusal = '... on UserError { code message }';

/** Everything secret that one person can have; the reset token goes to their mailbox. */
async function plantSecrets({ accessToken, email, password }: Learner, index: number): Promise<Secrets> {
  const phoneNumber = `+8210${String(73_915_000 + index)}`;
  const input = { phoneNumber, birthDate };
  await tell(
    accessToken,
    `mutation ($input: UpdateProfileInput!) { answer: updateProfile(input: $input) { ... on User { id } ${refusal} } }`,
    { input },
  );
  const totp = await tell(
    accessToken,
    `mutation { answer: enrollTotp(label: "Phone") { ... on TotpEnrollment { secret } ${refusal} } }`,
    {},
  );
  const key = await tell(
    accessToken,
    `mutation ($scopes: [String!]!) {
      answer: createAccessToken(name: "Script", scopes: $scopes) { ... on CreatedAccessToken { secret } ${refusal} }
    }`,
    { scopes: ['study:read'] },
  );
  const session = await tell(
    null,
    `mutation ($email: String!, $password: String!) {
      answer: signIn(email: $email, password: $password) { ... on AuthTokens { accessToken refreshToken } ${refusal} }
    }`,
    { email, password },
  );
  await tell(
    null,
    'mutation ($email: String!) { answer: requestPasswordReset(email: $email) { __typename } }',
    { email },
  );
  const mail = await receiveMail(house.places.mail, email, /password/i);
  const resetToken = /^[\w-]{54}$/m.exec(mail.text)?.[0];
  const planted = {
    phoneNumber,
    password,
    totpSecret: totp.secret,
    apiKey: key.secret,
    accessToken: session.accessToken,
    refreshToken: session.refreshToken,
    resetToken,
  };
  return Object.fromEntries(
    Object.entries(planted).map(([name, value]) => {
      if (!value) throw new Error(`There is no ${name}.`);
      return [name, value];
    }),
  );
}

/** Every file below a folder, as it is on disk. */
const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile());

/** Names of files and the secrets that can be read in them. */
function findSecrets(
  contents: readonly { name: string; bytes: Buffer }[],
  secrets: readonly Secrets[],
): string[] {
  return contents.flatMap(({ name, bytes }) =>
    secrets.flatMap((own) =>
      Object.entries(own).flatMap(([what, value]) => (bytes.includes(value) ? `${what} in ${name}` : [])),
    ),
  );
}

const secrets: Secrets[] = [];
const learners: Learner[] = [];

beforeAll(async () => {
  for (let index = 0; index < people; index += 1) {
    const learner = await someLearner(house);
    learners.push(learner);
    secrets.push(await plantSecrets(learner, index));
  }
}, 600_000);

describe('what is secret', () => {
  let dump: { name: string; bytes: Buffer }[];

  beforeAll(async () => {
    const server = `postgresql://postgres@127.0.0.1:${ports.environment.POSTGRES_PORT}`;
    const places = {
      databases: Object.fromEntries(
        listDomains().map((domain) => [domain, databaseUrl(server, `studymate_${domain}`)]),
      ),
      redisUrl: `redis://127.0.0.1:${ports.environment.REDIS_PORT}`,
      objects: createFsStore({
        directory: join(directory, 'objects'),
        baseUrl: 'http://127.0.0.1',
        secret: '',
      }),
    };
    const backup = await createBackup(places, join(directory, 'backups'));
    dump = await Promise.all(
      filesBelow(backup).map(async (name) => {
        const stream = createReadStream(name);
        return { name, bytes: await buffer(name.endsWith('.gz') ? stream.pipe(createGunzip()) : stream) };
      }),
    );
  }, 120_000);

  it('cannot be read in any table, key of Redis or object', () => {
    const users = dump.find(({ name }) => name.endsWith('auth/User.copy.gz'))?.bytes;
    for (const { email } of learners) expect(users?.includes(email)).toBe(true);
    const bytes = Buffer.concat(
      dump.filter(({ name }) => name.includes('redis')).map(({ bytes }) => unpackKeys(bytes)),
    );
    expect(findSecrets([...dump, { name: 'values of Redis', bytes }], secrets)).toEqual([]);
    expect(users?.includes(birthDate)).toBe(false);
  });

  it('cannot be read in any file of the house, the write-ahead log and the logs included', () => {
    const files = filesBelow(directory)
      .filter((name) => !name.startsWith(join(directory, 'mail')))
      .map((name) => ({ name, bytes: readFileSync(name) }));
    const names = files.map(({ name }) => name).join('\n');
    for (const part of ['appendonly', 'logs']) expect(names).toContain(part);
    const readable = { address: learners.at(-1)?.email ?? '' };
    expect(findSecrets(files, [readable]).join('\n')).toContain('pg_wal');
    expect(findSecrets(files, secrets)).toEqual([]);
  }, 120_000);

  it('is mailed to its owner alone, and only as the token that they asked for', () => {
    const mails = filesBelow(join(directory, 'mail')).map((name) => ({ name, bytes: readFileSync(name) }));
    const found = learners.flatMap(({ email }, index) => {
      const { resetToken = '', ...others } = secrets[index] ?? {};
      const foreign = mails.filter(({ bytes }) => !bytes.includes(email));
      return [...findSecrets(mails, [others]), ...findSecrets(foreign, [{ resetToken }])];
    });
    expect(mails.length).toBeGreaterThan(people);
    expect(found).toEqual([]);
  });

  it('is in no metric', async () => {
    const pages = await Promise.all(
      [ports.environment.AUTH_PORT, ...house.gatewayPorts].map(async (port) => ({
        name: `metrics of ${port}`,
        bytes: Buffer.from(await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()),
      })),
    );
    expect(findSecrets(pages, secrets)).toEqual([]);
  });

  it('is never sealed alike, and no password is hashed for less than 19 MiB twice', () => {
    const text = dump.map(({ bytes }) => bytes.toString('latin1')).join('\n');
    const sealed = text.match(/v1\.[\w-]+\.[\w-]{16}\.[\w-]+/g) ?? [];
    expect(sealed.length).toBeGreaterThanOrEqual(3 * people);
    expect(new Set(sealed).size).toBe(sealed.length);
    const hashes = [...text.matchAll(/\$argon2id\$v=19\$m=(\d+),t=(\d+)/g)];
    expect(hashes.length).toBeGreaterThanOrEqual(people);
    expect(
      hashes.filter(([, memory, passes]) => Number(memory) < leastMemoryKiB || Number(passes) < 2),
    ).toEqual([]);
  });
});

/** The values that a backup of Redis holds in base64. */
function unpackKeys(bytes: Buffer): Buffer {
  const lines = bytes.toString().split('\n').filter(Boolean);
  return Buffer.concat(lines.map((line) => Buffer.from(String(JSON.parse(line).value), 'base64')));
}

describeSilence(house);
