import { describe, expect, it } from '@jest/globals';
import { type Domain, newRowId, subscribers } from '@studymate/contracts';
import { partKey } from '@studymate/privacy';
import { deliver, outboxOf, someViewer } from '@studymate/testkit';
import { strFromU8, unzipSync } from 'fflate';
import { assembleDataExport, expireDataExports } from '../src/data-export/assemble.ts';
import { authEvents } from '../src/events.ts';
import { personalTables } from '../src/privacy/personal-tables.ts';
import { authWorld, strongPassword } from './world.ts';

const world = await authWorld();
const { ask, askAt, database } = world;
const { objects } = world.resources;
const dayMs = 86_400_000;

const request = 'mutation { answer: requestDataExport { __typename ... on UserError { code } } }';
const overview = '{ viewer { dataExports { id state readyAt byteSize downloadUrl } } }';
const others = subscribers['auth.export.requested'].filter((domain) => domain !== 'auth');

/** What auth and, in the places of the others, a part each with one row, put to the export that was asked for last. */
async function collectAll(userId: string): Promise<string> {
  const asked = (await outboxOf(database)).filter(({ name, payload }) => {
    return name === 'auth.export.requested' && payload.userId === userId;
  });
  const { exportId = '', folder = '' } = (asked.at(-1)?.payload ?? {}) as Record<string, string>;
  const name = 'auth.export.requested';
  await deliver(world.contextAt(null), authEvents[name], { name, payload: { exportId, userId, folder } });
  const own = (await outboxOf(database)).find((entry) => {
    return entry.name === 'privacy.data.collected' && entry.payload.exportId === exportId;
  });
  const collected = async (domain: Domain, rows: Record<string, number>) => {
    const payload = { exportId, domain, key: partKey(folder, domain), rows };
    const event = { name: 'privacy.data.collected' as const, payload, id: newRowId() };
    await deliver(world.contextAt(null), authEvents['privacy.data.collected'], event);
  };
  await collected('auth', own?.payload.rows as Record<string, number>);
  for (const domain of others) {
    const part = { tables: { Thing: [{ id: domain }] }, objectKeys: [`objects/${domain}`] };
    await objects.put(`objects/${domain}`, `a file of ${domain}`, 'text/plain');
    await objects.put(partKey(folder, domain), JSON.stringify(part), 'application/json');
    await collected(domain, { Thing: 1 });
  }
  return exportId;
}

describe('an export', () => {
  it('is one archive of every domain’s part, and its owner’s alone', async () => {
    const { viewer, email } = await world.someUser();
    await ask(viewer, 'mutation { updateProfile(input: { phoneNumber: "+821044445555" }) { __typename } }');
    expect((await ask(viewer, request)).data.answer.__typename).toBe('Acknowledgement');
    expect((await ask(viewer, overview)).data.viewer.dataExports).toEqual([
      expect.objectContaining({ state: 'COLLECTING', downloadUrl: null }),
    ]);
    const exportId = await collectAll(viewer.id);
    expect(await outboxOf(database, 'JOB')).toContainEqual({
      name: 'assembleDataExport',
      payload: { exportId },
    });
    await assembleDataExport(world.contextAt(null), { exportId });

    const [made] = (await ask(viewer, overview)).data.viewer.dataExports;
    expect(made).toMatchObject({ id: exportId, state: 'READY', byteSize: expect.any(Number) });
    expect(new URL(made.downloadUrl).searchParams.get('name')).toMatch(/^studymate-.*\.zip$/);
    const row = await database.dataExport.findUniqueOrThrow({ where: { id: exportId } });
    const files = unzipSync((await objects.get(row.archiveKey ?? ''))?.body ?? Buffer.alloc(0));
    const read = (path: string) => JSON.parse(strFromU8(files[path] ?? new Uint8Array()));

    const { domains } = read('manifest.json');
    expect(Object.keys(domains).sort()).toEqual(['auth', ...others].sort());
    expect(Object.keys(domains.auth.tables)).toEqual(Object.keys(personalTables.personal));
    expect(domains.auth.tables).toMatchObject({ User: 1, Session: 1, PasswordCredential: 1, AccountMail: 2 });
    expect(read('auth/User.json')).toEqual([
      expect.objectContaining({ id: viewer.id, email, phoneNumber: '+821044445555', birthDate: null }),
    ]);
    for (const domain of others) {
      const [file] = domains[domain].files;
      expect(strFromU8(files[file.path] ?? new Uint8Array())).toBe(`a file of ${domain}`);
    }
    const texts = Object.values(files)
      .map((bytes) => strFromU8(bytes))
      .join('\n');
    for (const secret of ['$argon2id', 'keyCipher', 'phoneNumberCipher']) expect(texts).not.toContain(secret);
    expect(await objects.head(partKey(row.folder, 'auth'))).toBeNull();
    await world.deliverMails();
    expect(world.mailsTo(email).at(-1)?.subject).toMatch(/사본이 준비/);
  });

  it('is not downloaded without a fresh proof, nor by an administrator', async () => {
    const { viewer } = await world.someUser();
    await ask(viewer, request);
    await assembleDataExport(world.contextAt(null), { exportId: await collectAll(viewer.id) });
    const stale = await askAt({ later: 16 * 60_000 })(viewer, overview);
    expect(stale.errors.map(({ extensions }) => extensions.code)).toEqual(['STEP_UP_REQUIRED']);
    const asked = `query ($id: ID!) { user(id: $id) { dataExports { downloadUrl } } }`;
    const { viewer: admin } = await world.someUser();
    const powerful = someViewer({ ...admin, roles: ['ADMIN'] });
    expect((await ask(powerful, asked, { id: viewer.id })).errors[0]?.extensions.code).toBe('FORBIDDEN');
    const stranger = someViewer({ roles: ['SUPPORT'] });
    expect((await ask(stranger, asked, { id: viewer.id })).data.user.dataExports).toBeNull();
  });

  it('is collected once at a time, and three times a day', async () => {
    const { viewer } = await world.someUser();
    await Promise.all([ask(viewer, request), ask(viewer, request), ask(viewer, request)]);
    expect(await database.dataExport.count({ where: { userId: viewer.id } })).toBe(1);
    await database.dataExport.updateMany({ where: { userId: viewer.id }, data: { state: 'READY' } });
    for (let time = 0; time < 2; time += 1) {
      await ask(viewer, request);
      await database.dataExport.updateMany({ where: { userId: viewer.id }, data: { state: 'READY' } });
    }
    expect((await ask(viewer, request)).data.answer).toMatchObject({ code: 'RATE_LIMITED' });
  });

  it('is erased after a week', async () => {
    const { viewer } = await world.someUser();
    await ask(viewer, request);
    const exportId = await collectAll(viewer.id);
    await assembleDataExport(world.contextAt(null), { exportId });
    const { archiveKey } = await database.dataExport.findUniqueOrThrow({ where: { id: exportId } });
    await expireDataExports(world.contextAt(null, { later: 6 * dayMs }));
    expect(await objects.head(archiveKey ?? '')).not.toBeNull();
    await expireDataExports(world.contextAt(null, { later: 7 * dayMs + 60_000 }));
    expect(await objects.listVersions(archiveKey ?? '')).toEqual([]);
    const password = `mutation { stepUp(password: "${strongPassword}") { __typename } }`;
    await askAt({ later: 8 * dayMs })(viewer, password);
    const late = await askAt({ later: 8 * dayMs })(viewer, overview);
    expect(late.data.viewer.dataExports).toEqual([
      expect.objectContaining({ state: 'EXPIRED', downloadUrl: null }),
    ]);
  });
});
