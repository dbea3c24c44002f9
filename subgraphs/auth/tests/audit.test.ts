import { afterEach, describe, expect, it } from '@jest/globals';
import { type AuditRow, verifyAuditLog } from '@studymate/privacy';
import { someViewer } from '@studymate/testkit';
import { createCheckpointSweep } from '../src/audit/checkpoint.sweep.ts';
import { authWorld, strongPassword } from './world.ts';

const world = await authWorld();
const { ask, database } = world;
const { checkpoints } = world.resources;
const minuteMs = 60_000;

const readRows = async (): Promise<AuditRow[]> =>
  (await database.auditEntry.findMany({ orderBy: { sequence: 'asc' } })) as unknown as AuditRow[];
const verify = async () =>
  (await verifyAuditLog(await readRows(), await checkpoints.list(), checkpoints.isGenuine)).problems;

/** As somebody who has the database, and no more, could: without the triggers that refuse it. */
async function tamper(statement: string): Promise<void> {
  await database.$executeRawUnsafe('alter table "AuditEntry" disable trigger user');
  await database.$executeRawUnsafe(statement);
  await database.$executeRawUnsafe('alter table "AuditEntry" enable trigger user');
}

const copy = 'create table if not exists "Untouched" as select * from "AuditEntry"';
const putBack = async () => {
  await tamper('delete from "AuditEntry"');
  await tamper('insert into "AuditEntry" select * from "Untouched"');
  await database.$executeRawUnsafe('drop table "Untouched"');
};

const changePassword = (newPassword: string) => `mutation {
  changePassword(currentPassword: "${strongPassword}", newPassword: "${newPassword}") { __typename } }`;

/** Some acts of a person and of an administrator, and a checkpoint behind them. */
async function someActs() {
  const { viewer } = await world.someUser();
  await ask(viewer, changePassword('seven lanterns by the sea'));
  await ask(viewer, 'mutation { createAccessToken(name: "a", scopes: ["study:read"]) { __typename } }');
  const admin = someViewer({ roles: ['ADMIN'] });
  await ask(admin, 'mutation ($id: ID!) { disableUser(userId: $id, reason: "spam") { __typename } }', {
    id: viewer.id,
  });
  await createCheckpointSweep()(world.contextAt(null));
  const { pseudonym } = await database.auditSubject.findUniqueOrThrow({ where: { userId: viewer.id } });
  return { viewer, admin, pseudonym };
}

describe('the audit log', () => {
  it('has every sensitive act, by pseudonyms only', async () => {
    const { viewer, admin, pseudonym } = await someActs();
    const rows = (await readRows()).filter(({ subject }) => subject === pseudonym);
    expect(rows.map(({ act }) => act)).toEqual([
      'account.created',
      'password.changed',
      'key.created',
      'account.disabled',
    ]);
    expect(rows[1]?.actor).toBe(pseudonym);
    expect(rows[3]?.actor).not.toBe(pseudonym);
    const text = JSON.stringify(rows, (_key, value) => (typeof value === 'bigint' ? `${value}` : value));
    for (const secret of [viewer.id, admin.id, 'example.org', 'Quick Fox', 'lanterns'])
      expect(text).not.toContain(secret);
  });

  it('takes back an act that was taken back', async () => {
    const { viewer } = await world.someUser();
    const before = await database.auditEntry.count();
    await ask(viewer, changePassword('short'));
    await ask(viewer, 'mutation { changeEmail(newEmail: "no address", password: "x") { __typename } }');
    expect(await database.auditEntry.count()).toBe(before);
  });

  it('stays one chain while many write at once', async () => {
    const users = await Promise.all(Array.from({ length: 4 }, () => world.someUser()));
    const acts = users.flatMap(({ viewer }) =>
      Array.from({ length: 5 }, (_, index) =>
        ask(
          viewer,
          `mutation { createAccessToken(name: "${index}", scopes: ["study:read"]) { __typename } }`,
        ),
      ),
    );
    await Promise.all(acts);
    expect(await verify()).toEqual([]);
  });

  it('cannot be changed, shortened or emptied', async () => {
    await someActs();
    for (const statement of [
      `update "AuditEntry" set "act" = 'nothing'`,
      'delete from "AuditEntry"',
      'truncate "AuditEntry"',
    ]) {
      await expect(database.$executeRawUnsafe(statement)).rejects.toThrow('only grows');
    }
  });
});

describe('tampering with the audit log', () => {
  afterEach(async () => {
    await putBack();
    expect(await verify()).toEqual([]);
  });

  it.each([
    [
      'a change',
      `update "AuditEntry" set "act" = 'account.enabled' where "sequence" = 2`,
      /row 2 was changed/,
    ],
    [
      'a change of whom it was about',
      `update "AuditEntry" set "subject" = 'another' where "sequence" = 3`,
      /row 3 was changed/,
    ],
    ['a row left out', 'delete from "AuditEntry" where "sequence" = 2', /row 2 is missing/],
    [
      'two rows in each other’s place',
      `update "AuditEntry" set "sequence" = case "sequence" when 2 then 3 else 2 end + 1000000 where "sequence" in (2, 3);`,
      /row 2 is missing/,
    ],
    [
      'a log cut short',
      'delete from "AuditEntry" where "sequence" >= (select max("sequence") from "AuditEntry")',
      /the log ends before row \d+, which was there at/,
    ],
    ['an empty log', 'delete from "AuditEntry"', /the log ends before/],
  ])('is seen: %s', async (_what, statement, problem) => {
    await someActs();
    await database.$executeRawUnsafe(copy);
    await tamper(statement);
    expect((await verify()).join('\n')).toMatch(problem);
  });

  it('is seen: a log that was made anew, with hashes that fit', async () => {
    await someActs();
    await database.$executeRawUnsafe(copy);
    const rows = await readRows();
    const { hashOf } = await import('@studymate/privacy');
    let previousHash = '0'.repeat(64);
    for (const row of rows) {
      const facts = { ...row, details: {}, previousHash };
      const hash = hashOf(facts);
      await tamper(`update "AuditEntry" set "details" = '{}', "previousHash" = '${previousHash}', "hash" = '${hash}'
        where "sequence" = ${row.sequence}`);
      previousHash = hash;
    }
    expect((await verify()).join('\n')).toMatch(/is not the one that was vouched for/);
  });

  it('is seen: a checkpoint that somebody else has signed', async () => {
    await someActs();
    await database.$executeRawUnsafe(copy);
    const [first] = await checkpoints.list();
    expect(first && checkpoints.isGenuine(first)).toBe(true);
    const forged = {
      sequence: '1',
      hash: 'ab',
      at: new Date().toISOString(),
      signature: first?.signature ?? '',
    };
    const report = await verifyAuditLog(await readRows(), [forged], checkpoints.isGenuine);
    expect(report.problems).toEqual(['the checkpoint of row 1 is not signed by us']);
  });
});

describe('checkpoints', () => {
  it('are written at the first row, and after a minute', async () => {
    const sweep = createCheckpointSweep();
    const newest = async () => (await checkpoints.list()).at(-1)?.sequence;
    const last = async () => `${(await database.auditEntry.count()) || 0}`;
    await world.someUser();
    await sweep(world.contextAt(null));
    expect(await newest()).toBe(await last());
    await world.someUser();
    await sweep(world.contextAt(null, { later: minuteMs - 1_000 }));
    expect(await newest()).not.toBe(await last());
    await sweep(world.contextAt(null, { later: minuteMs }));
    expect(await newest()).toBe(await last());
  });
});
