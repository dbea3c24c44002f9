import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { startMailSink } from '@studymate/embedded';
import { connectMailer } from './mailer.ts';
import { readMailSettings } from './settings.ts';

const directory = mkdtempSync(join(tmpdir(), 'mail-'));
let sink = await startMailSink({ directory, smtpPort: 0, pagePort: 0 });
const smtpPort = Number(new URL(sink.smtpUrl).port);
const mailer = connectMailer(sink.smtpUrl, 'StudyMate <no-reply@studymate.local>');

afterAll(async () => {
  mailer.close();
  await sink.stop();
  rmSync(directory, { recursive: true });
});

const listMails = async (to: string) => {
  const answer = await fetch(`${sink.pageUrl}/api/mails?to=${encodeURIComponent(to)}`);
  return (await answer.json()) as {
    id: string;
    subject: string;
    text: string;
    html: string;
    messageId: string;
  }[];
};

describe('mailer', () => {
  it('brings a mail, in any script, to the sink and its page', async () => {
    const mail = {
      to: 'ada@example.com',
      subject: '퀴즈 결과가 나왔어요',
      text: '90점입니다.',
      html: '<p>90점입니다.</p>',
    };
    const { messageId } = await mailer.sendMail({ ...mail, messageId: '<quiz-1@studymate.local>' });
    expect(messageId).toBe('<quiz-1@studymate.local>');
    const [received] = await listMails('Ada@example.com');
    expect(received).toMatchObject({ subject: mail.subject, messageId });
    expect(received?.text.trim()).toBe(mail.text);
    expect(received?.html).toContain(mail.html);
    expect(await listMails('someone-else@example.com')).toEqual([]);
  });

  it.each([
    ['to', { to: 'ada@example.com, eve@example.com' }],
    ['to', { to: 'ada@example.com\r\nBcc: eve@example.com' }],
    ['subject', { subject: 'Hello\r\nBcc: eve@example.com' }],
    ['messageId', { messageId: '<a@b>\r\nX-Evil: 1' }],
    ['headers', { headers: { 'List-Unsubscribe': '<https://a>\r\nBcc: eve@example.com' } }],
    ['headers', { headers: { 'Bad Name:': 'x' } }],
  ])('refuses a %s that would smuggle in a header or a recipient', async (field, change) => {
    const mail = { to: 'safe@example.com', subject: 'Hello', text: 'Hi', ...change };
    await expect(mailer.sendMail(mail)).rejects.toThrow(new RegExp(`^Mail not sent: ${field}`));
    expect(await listMails('eve@example.com')).toEqual([]);
  });

  it('reports a bounce', async () => {
    const mail = { to: 'gone@bounce.test', subject: 'Hello', text: 'Hi' };
    await expect(mailer.sendMail(mail)).rejects.toThrow(/550/);
  });

  it('says when the server is away', async () => {
    const lost = connectMailer('smtp://127.0.0.1:9', 'StudyMate <no-reply@studymate.local>');
    expect(await lost.isReachable()).toBe(false);
    expect(await mailer.isReachable()).toBe(true);
    lost.close();
  });
});

it('leaves a server alone that failed five times, and no other', async () => {
  const lost = connectMailer('smtp://127.0.0.1:9', 'StudyMate <no-reply@studymate.local>');
  const mail = { to: 'ada@example.com', subject: 'Hello', text: 'Hi' };
  for (let time = 0; time < 5; time++) await expect(lost.sendMail(mail)).rejects.toThrow(/ECONNREFUSED/);
  await expect(lost.sendMail(mail)).rejects.toThrow('The mail server cannot be reached');
  await mailer.sendMail(mail);
  lost.close();
});

describe('mail sink', () => {
  it('keeps mails over a restart and shows their HTML without letting it run', async () => {
    const html = '<p>Hi</p><script>parent.document.title = "taken"</script>';
    await mailer.sendMail({ to: 'kept@example.com', subject: 'Kept', text: 'Hi', html });
    await sink.stop();
    sink = await startMailSink({ directory, smtpPort, pagePort: 0 });
    const [mail] = await listMails('kept@example.com');
    const answer = await fetch(`${sink.pageUrl}/html/${mail?.id}`);
    expect(await answer.text()).toContain('<p>Hi</p>');
    expect(answer.headers.get('content-security-policy')).toMatch(
      /^sandbox allow-popups .*default-src 'none'/,
    );
    expect((await fetch(`${sink.pageUrl}/html/unknown`)).status).toBe(404);
  });
});

describe('mail settings', () => {
  it('name the sink outside production and refuse to guess in it', () => {
    expect(readMailSettings({}).url).toBe('smtp://127.0.0.1:4027');
    expect(() => readMailSettings({ NODE_ENV: 'production' })).toThrow(/SMTP_URL/);
    expect(() => readMailSettings({ SMTP_URL: 'http://mail' })).toThrow(/SMTP_URL/);
  });
});
