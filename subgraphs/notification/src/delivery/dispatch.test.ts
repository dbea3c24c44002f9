import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { startMailSink } from '@studymate/embedded';
import { connectMailer, type Mail } from '@studymate/mail';
import { someViewer } from '@studymate/testkit';
import { createWorld, gradedAttempt } from '../../tests/world.ts';
import { dispatchDelivery, dispatchDue } from './dispatch.service.ts';
import { messageIdOf } from './notification-mail.ts';

const directory = mkdtempSync(join(tmpdir(), 'notification-mail-'));
const sink = await startMailSink({ directory, smtpPort: 0, pagePort: 0 });
const smtp = connectMailer(sink.smtpUrl);
let failWith: Error | null = null;
const sent: Mail[] = [];
const world = await createWorld({
  mailer: {
    sendMail: async (mail) => {
      if (failWith) throw failWith;
      sent.push(mail);
      return smtp.sendMail(mail);
    },
  },
  unsubscribePage: 'https://studymate.example/unsubscribe',
});

afterAll(async () => {
  smtp.close();
  await sink.stop();
  rmSync(directory, { recursive: true });
});

interface Received {
  readonly subject: string;
  readonly text: string;
  readonly messageId: string;
}

const mailsTo = async (viewer: { id: string }) => {
  const answer = await fetch(
    `${sink.pageUrl}/api/mails?to=${encodeURIComponent(`${viewer.id}@example.com`)}`,
  );
  return (await answer.json()) as Received[];
};
const emailOf = (viewer: { id: string }) =>
  world.database.delivery.findFirstOrThrow({ where: { userId: viewer.id, channel: 'EMAIL' } });

/** A learner with one mail that is due. */
async function someoneWithMail(changes: Parameters<typeof gradedAttempt>[1] = {}) {
  failWith = null;
  world.setNow('2026-06-01T03:00:00Z');
  const viewer = someViewer();
  await world.introduce(viewer);
  await world.hear('quiz.attempt.graded', gradedAttempt(viewer.id, changes));
  return { viewer, delivery: await emailOf(viewer) };
}

describe('dispatch', () => {
  it('brings the mail to the mail server and says so', async () => {
    const { viewer, delivery } = await someoneWithMail();
    await dispatchDelivery(world.system(), delivery.id);
    const [mail, ...others] = await mailsTo(viewer);
    expect(others).toEqual([]);
    expect(mail).toMatchObject({ subject: '80 % in Cells', messageId: messageIdOf(delivery.id) });
    expect(mail?.text).toContain('https://studymate.example/unsubscribe?token=');
    expect(sent.at(-1)?.headers).toHaveProperty('List-Unsubscribe');
    expect(await emailOf(viewer)).toMatchObject({
      state: 'SENT',
      attempts: 1,
      sentAt: new Date('2026-06-01T03:00:00Z'),
      providerMessageId: messageIdOf(delivery.id),
      leasedUntil: null,
    });
  });

  it('sends once however many workers try at the same time', async () => {
    const { viewer, delivery } = await someoneWithMail();
    await Promise.all(Array.from({ length: 20 }, () => dispatchDelivery(world.system(), delivery.id)));
    await dispatchDue(world.system());
    expect(await mailsTo(viewer)).toHaveLength(1);
    expect((await emailOf(viewer)).attempts).toBe(1);
  });

  it('leaves a mail to the worker that holds it, and takes it over under the same id when that one is gone', async () => {
    const { viewer, delivery } = await someoneWithMail();
    const now = world.system().now();
    const leasedUntil = new Date(now.getTime() + 60_000);
    const dead = await world.system().deliveries.claim(delivery.id, { now, leasedUntil });
    expect(dead).not.toBeNull();
    await dispatchDue(world.system());
    expect(await mailsTo(viewer)).toEqual([]);
    world.setNow('2026-06-01T03:01:01Z');
    await dispatchDue(world.system());
    expect(await mailsTo(viewer)).toMatchObject([{ messageId: messageIdOf(delivery.id) }]);

    if (dead) await world.system().deliveries.settle(dead, { state: 'FAILED' });
    expect((await emailOf(viewer)).state).toBe('SENT');
  });

  it('tries again later while the mail server is away, and gives up in the end', async () => {
    const { viewer, delivery } = await someoneWithMail();
    failWith = new Error('connect ECONNREFUSED 127.0.0.1:25');
    await dispatchDelivery(world.system(), delivery.id);
    const waiting = await emailOf(viewer);
    expect(waiting).toMatchObject({ state: 'SCHEDULED', attempts: 1, failure: null });
    expect(waiting.scheduledFor).toEqual(new Date('2026-06-01T03:00:05Z'));

    await dispatchDue(world.system());
    expect((await emailOf(viewer)).attempts).toBe(1);
    for (let hour = 4; hour < 12; hour += 1) {
      world.setNow(`2026-06-01T${String(hour).padStart(2, '0')}:00:00Z`);
      await dispatchDue(world.system());
    }
    const given = await emailOf(viewer);
    expect(given).toMatchObject({ state: 'FAILED', attempts: 6 });
    expect(given.failure).not.toContain('127.0.0.1');
  });

  it('recovers when the mail server does', async () => {
    const { viewer, delivery } = await someoneWithMail();
    failWith = new Error('timeout');
    await dispatchDelivery(world.system(), delivery.id);
    failWith = null;
    world.setNow('2026-06-01T03:00:06Z');
    await dispatchDue(world.system());
    expect(await mailsTo(viewer)).toHaveLength(1);
    expect((await emailOf(viewer)).state).toBe('SENT');
  });

  it('does not try again what the server refuses for good', async () => {
    const { viewer, delivery } = await someoneWithMail();
    failWith = Object.assign(new Error('550 no such user'), { responseCode: 550 });
    await dispatchDelivery(world.system(), delivery.id);
    expect(await emailOf(viewer)).toMatchObject({ state: 'BOUNCED', attempts: 1 });
  });

  it('waits for the end of quiet hours', async () => {
    const { viewer } = await someoneWithMail();
    await world.database.delivery.deleteMany({ where: { userId: viewer.id } });
    await world.system().preferences.advance(viewer.id, 0);
    const quietHours = { start: '22:00', end: '07:00', exceptCategories: [] };
    await world.system().preferences.write(viewer.id, { choices: [], quietHours });
    world.setNow('2026-06-01T15:00:00Z');
    await world.hear('quiz.attempt.graded', gradedAttempt(viewer.id));
    expect(await emailOf(viewer)).toMatchObject({ state: 'DEFERRED', deferredBy: 'QUIET_HOURS' });
    world.setNow('2026-06-01T21:59:59Z');
    await dispatchDue(world.system());
    expect(await mailsTo(viewer)).toEqual([]);
    world.setNow('2026-06-01T22:00:00Z');
    await dispatchDue(world.system());
    expect(await mailsTo(viewer)).toHaveLength(1);
  });

  it('heeds an opt-out that came after the mail was planned', async () => {
    const { viewer, delivery } = await someoneWithMail();
    await world.system().preferences.write(viewer.id, {
      choices: [{ category: 'QUIZ_RESULT', channel: 'EMAIL', enabled: false }],
    });
    await dispatchDelivery(world.system(), delivery.id);
    expect(await mailsTo(viewer)).toEqual([]);
    expect(await emailOf(viewer)).toMatchObject({ state: 'SUPPRESSED', failure: 'SWITCHED_OFF' });
  });

  it('keeps what a learner typed from becoming a header or a tag', async () => {
    const { viewer, delivery } = await someoneWithMail({
      quizTitle: 'x\r\nBcc: all@example.com <img src=x>',
    });
    await dispatchDelivery(world.system(), delivery.id);
    const [mail] = await mailsTo(viewer);
    expect(mail?.subject).toBe('80 % in x Bcc: all@example.com <img src=x>');
    expect(sent.at(-1)?.html).not.toContain('<img');
    expect(await mailsTo({ id: 'all' })).toEqual([]);
  });
});
