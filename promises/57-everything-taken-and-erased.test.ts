import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { databaseUrl, withClient } from '@studymate/schema-engine/connection';
import { strFromU8, unzipSync } from 'fflate';
import { Redis } from 'ioredis';
import { listDomains } from '../scripts/launcher/workspace.ts';
import { buyPlan } from '../scripts/story/billing.chapter.ts';
import type { Learner } from '../scripts/story/learner.ts';
import { receiveMail } from '../scripts/story/mailbox.ts';
import { eventually } from '../scripts/story/narrator.ts';
import { signInAs, silently, someLearner } from '../tests/end-to-end/people.ts';
import { postGraphql } from '../tests/end-to-end/raw.ts';
import { collectPossessions, type Possessions } from './possessions.ts';
import { describeSilence, startRecordedHouse } from './recorded-house.ts';

const graceDays = 10 / 86_400;
const house = await startRecordedHouse('erasure', {
  environment: { ACCOUNT_DELETION_GRACE_DAYS: `${graceDays}` },
});
const { directory, ports } = house.site;
const serverUrl = `postgresql://postgres@127.0.0.1:${ports.environment.POSTGRES_PORT}`;
const canary = 'Zanzibar-canary-4711';
const domains = listDomains().filter((domain) => domain !== 'relay');
const exportMs = 60_000;

let mina: Learner;
let other: Learner;
let possessions: Possessions;
let userId: string;

async function ask(token: string | null, query: string, variables: Record<string, unknown> = {}) {
  const { data, text } = await postGraphql(house.places.gateway, { token, query, variables });
  if (!data) throw new Error(text);
  return data as Readonly<Record<string, Record<string, unknown>>>;
}

interface Table {
  readonly name: string;
  readonly columns: string[];
}

/** What is asked of each table of each domain's database, by `<domain>.<Table>`. */
async function countInTables(
  conditionOf: (table: Table) => string | null,
  text: string,
): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const domain of domains) {
    await withClient(databaseUrl(serverUrl, `studymate_${domain}`), async (client) => {
      const { rows: tables } = await client.query<Table>(
        `select table_name as name, array_agg(column_name::text) as columns from information_schema.columns
         where table_schema = 'public' group by 1 order by 1`,
      );
      for (const table of tables) {
        const condition = conditionOf(table);
        if (condition === null) continue;
        const { rows } = await client.query<{ count: number }>(
          `select count(*)::int as count from "${table.name}" as each where ${condition}`,
          [text],
        );
        counts[`${domain}.${table.name}`] = rows[0]?.count ?? 0;
      }
    });
  }
  return counts;
}

/** Tables with a row in which the text stands anywhere. */
const tablesNaming = async (text: string): Promise<string[]> =>
  Object.entries(await countInTables(() => 'position($1 in each::text) > 0', text)).flatMap(
    ([name, count]) => (count > 0 ? [name] : []),
  );

/** Every key of Redis with all that it holds, as text. */
async function readRedis(): Promise<string[]> {
  const redis = new Redis(`redis://127.0.0.1:${ports.environment.REDIS_PORT}`);
  const readers: Record<string, (key: string) => Promise<unknown>> = {
    string: (key) => redis.get(key),
    hash: (key) => redis.hgetall(key),
    list: (key) => redis.lrange(key, 0, -1),
    set: (key) => redis.smembers(key),
    zset: (key) => redis.zrange(key, '0', '-1'),
    stream: (key) => redis.xrange(key, '-', '+'),
  };
  const found: string[] = [];
  for await (const page of redis.scanStream({ count: 500 })) {
    for (const key of page as string[]) {
      const read = readers[await redis.type(key)];
      found.push(`${key} ${JSON.stringify(await read?.(key))}`);
    }
  }
  redis.disconnect();
  return found;
}

/** Files of object storage, whose records name their keys, in which the text stands. */
const objectsNaming = (text: string): string[] =>
  readdirSync(join(directory, 'objects'), { recursive: true, encoding: 'utf8' })
    .map((name) => join(directory, 'objects', name))
    .filter(
      (path) => statSync(path, { throwIfNoEntry: false })?.isFile() && readFileSync(path).includes(text),
    );

const customersOf = async (email: string): Promise<number> => {
  const url = `${house.urls.stripe}/v1/customers?email=${encodeURIComponent(email)}`;
  const response = await fetch(url, { headers: { authorization: 'Bearer sk_test_of_this_test' } });
  return ((await response.json()) as { data: unknown[] }).data.length;
};

beforeAll(async () => {
  mina = await someLearner(house);
  other = await someLearner(house);
  await ask(
    mina.accessToken,
    'mutation ($name: String!) { updateProfile(input: { displayName: $name, phoneNumber: "+821012123434" }) { __typename } }',
    { name: canary },
  );
  await ask(
    mina.accessToken,
    'mutation ($title: String!) { createSubject(title: $title, idempotencyKey: "canary") { __typename } }',
    { title: canary },
  );
  possessions = await collectPossessions(house, mina);
  await buyPlan(mina, silently);
  const { viewer } = await ask(mina.accessToken, '{ viewer { id } }');
  userId = String(viewer?.id);
}, 300_000);

describe('a learner', () => {
  it('takes everything the house has of them within a minute', async () => {
    const startedAt = performance.now();
    const request = 'mutation { answer: requestDataExport { __typename ... on UserError { code message } } }';
    expect((await ask(mina.accessToken, request)).answer?.__typename).toBe('Acknowledgement');
    const url = await eventually(
      'the export',
      async () => {
        const query = '{ viewer { dataExports { state downloadUrl } } }';
        const { viewer } = await ask(mina.accessToken, query);
        const [made] = (viewer?.dataExports ?? []) as { downloadUrl: string | null }[];
        return made?.downloadUrl;
      },
      exportMs,
    );
    const archive = unzipSync(new Uint8Array(await (await fetch(url)).arrayBuffer()));
    expect(performance.now() - startedAt).toBeLessThan(exportMs);
    await receiveMail(house.places.mail, mina.email, /copy .* is ready/i);

    const read = (path: string) => JSON.parse(strFromU8(archive[path] ?? new Uint8Array()));
    const manifest = read('manifest.json') as {
      domains: Record<
        string,
        { tables: Record<string, number>; files: { path: string; byteSize: number }[] }
      >;
    };
    expect(Object.keys(manifest.domains).sort()).toEqual([...domains].sort());
    const owners = ['userId', 'ownerId', 'createdById'];
    const expected = await countInTables(({ columns, name }) => {
      const named = owners.filter((owner) => columns.includes(owner)).map((owner) => `"${owner}" = $1`);
      // Of these one comes with every request, mail or export.
      const grows = /^(AccountMail|OutboxEntry|IdempotencyRecord|Erasure)$/.test(name);
      return named.length === 0 || grows ? null : named.join(' or ');
    }, userId);
    const taken = Object.fromEntries(
      Object.keys(expected).map((key) => {
        const [domain = '', table = ''] = key.split('.');
        const rows = read(`${domain}/${table}.json`) as unknown[];
        expect(manifest.domains[domain]?.tables[table]).toBe(rows.length);
        return [key, rows.length];
      }),
    );
    expect(taken).toEqual(expected);
    expect(Object.values(taken).filter((count) => count > 0).length).toBeGreaterThan(25);
    const files = Object.values(manifest.domains).flatMap((part) => part.files);
    expect(files.length).toBeGreaterThan(0);
    for (const { path, byteSize } of files) expect(archive[path]?.byteLength).toBe(byteSize);
    expect(read('auth/User.json')).toEqual([expect.objectContaining({ phoneNumber: '+821012123434' })]);
  }, 120_000);
});

describe('a learner who asks to be forgotten', () => {
  beforeAll(async () => {
    for (const text of [userId, canary]) expect((await tablesNaming(text)).length).toBeGreaterThan(3);
    expect(await customersOf(mina.email)).toBe(1);
    const request = `mutation ($password: String!) {
      answer: requestAccountDeletion(password: $password) { __typename ... on UserError { code message } }
    }`;
    const { answer } = await ask(mina.accessToken, request, { password: mina.password });
    expect(answer?.__typename).toBe('Acknowledgement');
    await receiveMail(house.places.mail, mina.email, /going to be deleted/i);
    await receiveMail(house.places.mail, mina.email, /is deleted/i);
    await eventually('the erasure', async () => !(await tablesNaming(userId)).includes('auth.User'), 120_000);
  }, 200_000);

  it('is in no table any more, by id, address or word', async () => {
    for (const text of [userId, mina.email, canary]) expect(await tablesNaming(text)).toEqual([]);
  });

  it('is in no object, and in no key, job or cached answer once those of half a minute are over', async () => {
    for (const text of [userId, canary]) expect(objectsNaming(text)).toEqual([]);
    const traces = async () =>
      (await readRedis()).filter((entry) => entry.includes(userId) || entry.includes(canary));
    await eventually('Redis to forget', async () => (await traces()).length === 0, 60_000).catch(() => {});
    expect(await traces()).toEqual([]);
  }, 90_000);

  it('is no customer of Stripe any more', async () => {
    expect(await customersOf(mina.email)).toBe(0);
  });

  it('is found by nobody: her token, her password, an administrator, by any id of hers', async () => {
    const { viewer } = (
      await postGraphql(house.places.gateway, { token: mina.accessToken, query: '{ viewer { id } }' })
    ).data ?? { viewer: null };
    expect(viewer ?? null).toBeNull();
    const signIn = `mutation ($email: String!, $password: String!) {
      answer: signIn(email: $email, password: $password) { ... on UserError { code } }
    }`;
    const { email, password } = mina;
    expect((await ask(null, signIn, { email, password })).answer).toEqual({ code: 'INVALID_CREDENTIALS' });
    const admin = await signInAs(house, 'ADMIN');
    for (const id of possessions.all) {
      const { data } = await postGraphql(house.places.gateway, {
        token: admin,
        query:
          'query ($id: ID!) { node(id: $id) { __typename ... on Subject { title } ... on Quiz { title } ... on User { email } } }',
        variables: { id },
      });
      const found = (data?.node ?? {}) as Record<string, unknown>;
      expect([found.title ?? null, found.email ?? null]).toEqual([null, null]);
    }
  });

  it('leaves the books in order and a pseudonym in the audit log', async () => {
    await withClient(databaseUrl(serverUrl, 'studymate_subscription'), async (client) => {
      const { rows } = await client.query(
        `select sum("amount")::int as moved, (select "balance" from "CreditAccount" where "userId" like 'erased\\_%') as balance
         from "LedgerEntry" where "userId" like 'erased\\_%'`,
      );
      expect(rows[0].moved).toBe(rows[0].balance);
      expect(rows[0].balance).toBeGreaterThan(0);
    });
    await withClient(databaseUrl(serverUrl, 'studymate_auth'), async (client) => {
      const { rows } = await client.query(
        `select "subject" from "AuditEntry" where "act" = 'account.erased'`,
      );
      const known = await client.query('select 1 from "AuditSubject" where "pseudonym" = $1', [
        rows[0].subject,
      ]);
      expect(known.rowCount).toBe(0);
    });
  });

  it('takes nothing of anybody else with them', async () => {
    const { viewer } = await ask(other.accessToken, '{ viewer { email credits { balance } } }');
    expect(viewer).toEqual({ email: other.email, credits: { balance: 50 } });
  });
});

describeSilence(house);
