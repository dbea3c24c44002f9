import { describe, expect, it } from '@jest/globals';
import { type Domain, newId, subscribers } from '@studymate/contracts';
import { inspectDeclaration } from '@studymate/privacy';
import { deliver, outboxOf } from '@studymate/testkit';
import { advanceErasures } from '../src/erasure/erasure.saga.ts';
import { authEvents } from '../src/events.ts';
import { personalTables } from '../src/privacy/personal-tables.ts';
import { authWorld, strongPassword } from './world.ts';

const world = await authWorld();
const { ask, askAt, database } = world;
const dayMs = 86_400_000;
const graceMs = 14 * dayMs;
const others = subscribers['auth.erasure.begun'];

const request = `mutation ($password: String) { answer: requestAccountDeletion(password: $password) {
  __typename ... on UserError { code } } }`;
const cancel = 'mutation { answer: cancelAccountDeletion { __typename ... on UserError { code } } }';
const dueAt = '{ viewer { deletionDueAt } }';

/** As each of the other domains would, that it has forgotten the user in this pass. */
async function answerPass(erasureId: string, pass: number, domains: readonly Domain[] = others) {
  for (const domain of domains) {
    const payload = { erasureId, domain, pass, rows: { Thing: 1 } };
    const event = { name: 'privacy.data.erased' as const, payload };
    await deliver(world.contextAt(null), authEvents['privacy.data.erased'], event);
  }
}

/** Every table of auth with a row that names the text. */
async function findMentions(text: string): Promise<string[]> {
  const tables = [...Object.keys(personalTables.personal), 'OutboxEntry', 'IdempotencyRecord', 'InboxEntry'];
  const found = await Promise.all(
    tables.map(async (name) => {
      const rows = await database.$queryRawUnsafe<unknown[]>(
        `select 1 from "${name}" as each where position($1 in each::text) > 0`,
        text,
      );
      return rows.length > 0 ? [name] : [];
    }),
  );
  return found.flat();
}

const advance = (later: number) => advanceErasures(world.contextAt(null, { later }));

const erasureOf = (userId: string) => database.erasure.findFirstOrThrow({ where: { userId } });

describe('what auth has of people', () => {
  it('is declared for every table', async () => {
    expect(await inspectDeclaration(database, personalTables)).toEqual({
      undeclared: [],
      missing: [],
      misplaced: [],
    });
  });
});

describe('a deletion', () => {
  it('takes the password, and tells when it will be', async () => {
    const { viewer, email } = await world.someUser();
    const wrong = await ask(viewer, request, { password: 'not the right password' });
    expect(wrong.data.answer.code).toBe('INVALID_CREDENTIALS');
    expect((await ask(viewer, dueAt)).data.viewer.deletionDueAt).toBeNull();
    const right = await ask(viewer, request, { password: strongPassword });
    expect(right.data.answer.__typename).toBe('Acknowledgement');
    const { deletionDueAt } = (await ask(viewer, dueAt)).data.viewer;
    expect(new Date(deletionDueAt).getTime()).toBe(world.contextAt(null).now().getTime() + graceMs);
    await world.deliverMails();
    expect(world.mailsTo(email).at(-1)?.subject).toMatch(/삭제될 예정/);
  });

  it('can be canceled in its grace, and asked for again', async () => {
    const { viewer, email } = await world.someUser();
    expect((await ask(viewer, cancel)).data.answer.code).toBe('STATE');
    await ask(viewer, request, { password: strongPassword });
    expect((await ask(viewer, cancel)).data.answer.__typename).toBe('Acknowledgement');
    await advance(graceMs + dayMs);
    expect((await ask(viewer, dueAt)).data.viewer.deletionDueAt).toBeNull();
    expect((await world.signIn(email, strongPassword)).__typename).toBe('AuthTokens');
    await ask(viewer, request, { password: strongPassword });
    await ask(viewer, request, { password: strongPassword });
    expect(await database.erasure.count({ where: { userId: viewer.id, canceledAt: null } })).toBe(1);
  });

  it('does nothing before its time, shuts the account at it, and asks every domain twice', async () => {
    const { viewer, email } = await world.someUser();
    await ask(viewer, request, { password: strongPassword });
    await advance(graceMs - 60_000);
    expect((await world.signIn(email, strongPassword)).__typename).toBe('AuthTokens');

    await advance(graceMs + 1);
    const { id } = await erasureOf(viewer.id);
    expect((await world.signIn(email, strongPassword)).code).toBe('INVALID_CREDENTIALS');
    const late = await askAt({ later: graceMs + 2 })(viewer, cancel);
    expect(late.errors[0]?.extensions.code).toBe('UNAUTHENTICATED');
    const passes = async () =>
      (await outboxOf(database))
        .filter(({ name, payload }) => name === 'auth.erasure.begun' && payload.userId === viewer.id)
        .map(({ payload }) => payload.pass);
    expect(await passes()).toEqual([1]);

    await answerPass(id, 1, others.slice(1));
    await advance(graceMs + dayMs);
    expect(await passes()).toEqual([1]);
    await answerPass(id, 1, others.slice(0, 1));
    await advance(graceMs + 2_000);
    expect(await passes()).toEqual([1]);
    await advance(graceMs + dayMs);
    await advance(graceMs + dayMs);
    expect(await passes()).toEqual([1, 2]);
    expect(await database.user.count({ where: { id: viewer.id } })).toBe(1);
  });

  it('leaves nothing of the person, and a pseudonym in the audit log', async () => {
    const { viewer, email } = await world.someUser({ displayName: 'Canary Wharf' });
    await ask(viewer, 'mutation { updateProfile(input: { phoneNumber: "+821066667777" }) { __typename } }');
    await ask(null, 'mutation ($email: String!) { requestPasswordReset(email: $email) { __typename } }', {
      email,
    });
    await world.signIn(email, 'not the right password');
    await ask(viewer, request, { password: strongPassword });
    await advance(graceMs + 1);
    const { id } = await erasureOf(viewer.id);
    await answerPass(id, 1);
    await advance(graceMs + dayMs);
    await answerPass(id, 2);
    const { pseudonym } = await database.auditSubject.findUniqueOrThrow({ where: { userId: viewer.id } });
    expect(await findMentions(viewer.id)).toEqual(
      expect.arrayContaining(['User', 'LoginEvent', 'OutboxEntry']),
    );
    await advance(graceMs + 2 * dayMs);

    for (const text of [viewer.id, email, 'Canary Wharf']) expect(await findMentions(text)).toEqual([]);
    expect(await database.erasure.findUniqueOrThrow({ where: { id } })).toMatchObject({
      userId: null,
      completedAt: expect.any(Date),
    });
    const acts = await database.auditEntry.findMany({ where: { subject: pseudonym } });
    expect(acts.map(({ act }) => act).slice(-3)).toEqual([
      'account.deletion-requested',
      'account.erasure-begun',
      'account.erased',
    ]);
    expect(await database.dataKey.count({ where: { ownerId: viewer.id } })).toBe(0);
  });

  it('is found in the ledger of erasures afterwards, and nobody else is', async () => {
    const { viewer } = await world.someUser();
    await ask(viewer, request, { password: strongPassword });
    await advance(graceMs + 1);
    const strangers = [newId('User'), newId('User')];
    expect(await world.resources.erasureLedger.findErased([...strangers, viewer.id])).toEqual([viewer.id]);
  });

  it('can be asked for by who has no password', async () => {
    const { viewer } = await world.someUser();
    await database.passwordCredential.delete({ where: { userId: viewer.id } });
    expect((await ask(viewer, request)).data.answer.__typename).toBe('Acknowledgement');
  });
});
