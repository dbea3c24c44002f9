import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { databaseUrl, withClient } from '@studymate/schema-engine/connection';
import type { Learner } from '../scripts/story/learner.ts';
import { receiveMail } from '../scripts/story/mailbox.ts';
import { eventually } from '../scripts/story/narrator.ts';
import { someLearner } from '../tests/end-to-end/people.ts';
import { postGraphql } from '../tests/end-to-end/raw.ts';
import { answerOf, signIn, tokens } from './accounts.ts';
import { codeOf } from './phone.ts';
import { describeSilence, startRecordedHouse } from './recorded-house.ts';
import { sendOverWire } from './wire.ts';

const house = await startRecordedHouse('reset');
const minuteMs = 60_000;
const deathMs = 2_000;
const newPassword = 'nine slow ferries cross';

const request = `mutation ($email: String!) { answer: requestPasswordReset(email: $email) { __typename } }`;
const reset = `mutation ($token: String!, $newPassword: String!) {
  answer: resetPassword(token: $token, newPassword: $newPassword) { ${tokens} ... on MfaChallenge { challengeToken } } }`;

interface Mail {
  readonly text: string;
}

const mailsTo = async ({ email }: Learner): Promise<Mail[]> => {
  const response = await fetch(`${house.places.mail}/api/mails?to=${encodeURIComponent(email)}`);
  const mails = (await response.json()) as (Mail & { readonly subject: string })[];
  return mails.filter(({ subject }) => /new StudyMate password/i.test(subject));
};

const tokenIn = ({ text }: Mail): string => /^[\w-]{54}$/m.exec(text)?.[0] ?? '';

/** Asks for a reset, and waits for its mail. */
async function askForReset(learner: Learner): Promise<{ mail: Mail; token: string }> {
  const known = new Set((await mailsTo(learner)).map(tokenIn));
  await answerOf(house, request, { variables: { email: learner.email } });
  const mail = await eventually('the mail', async () =>
    (await mailsTo(learner)).find((each) => !known.has(tokenIn(each))),
  );
  return { mail, token: tokenIn(mail) };
}

const use = (token: string, at?: Date) =>
  answerOf(house, reset, { variables: { token, newPassword }, ...(at && { at }) });

describe('a password reset', () => {
  it('takes a token of at least 128 bits that nobody finds in a table, a log or a part of a link that servers see', async () => {
    const learner = await someLearner(house);
    const { mail, token } = await askForReset(learner);
    const other = (await askForReset(await someLearner(house))).token;
    // 16 bytes name the row; the 24 behind them are of a keyed hash.
    const [secret, another] = [token, other].map((each) => Buffer.from(each, 'base64url').subarray(16));
    expect((secret?.byteLength ?? 0) * 8).toBeGreaterThanOrEqual(128);
    expect(secret?.equals(another ?? Buffer.alloc(0))).toBe(false);
    const [link = ''] = /https?:\S+/.exec(mail.text) ?? [];
    expect(new URL(link).hash).toContain(token);
    expect(link.split('#')[0]).not.toContain(token);
    await use(token);
    await delay(500);
    expect(house.readLogs()).not.toContain(token);
    const server = `postgresql://postgres@127.0.0.1:${house.site.ports.environment.POSTGRES_PORT}`;
    await withClient(databaseUrl(server, 'studymate_auth'), async (client) => {
      for (const table of ['AccountMail', 'OutboxEntry']) {
        const { rows } = await client.query(
          `select 1 from "${table}" as each where position($1 in each::text) > 0`,
          [token],
        );
        expect(rows).toEqual([]);
      }
    });
  });

  it('is over after half an hour, once used, and when a newer one was asked for', async () => {
    const learner = await someLearner(house);
    const { token: older } = await askForReset(learner);
    const { token } = await askForReset(learner);
    expect((await use(older)).code).toBe('INVALID_CREDENTIALS');
    expect((await use(token, new Date(Date.now() + 31 * minuteMs))).code).toBe('INVALID_CREDENTIALS');
    const answers = await Promise.all(Array.from({ length: 10 }, () => use(token)));
    expect(answers.filter(({ accessToken }) => accessToken !== undefined)).toHaveLength(1);
    expect((await use(token)).code).toBe('INVALID_CREDENTIALS');
  });

  it('ends every session of hers within 2 s', async () => {
    const learner = await someLearner(house);
    const second = String((await signIn(house, learner)).accessToken);
    const { token } = await askForReset(learner);
    const isAlive = async (accessToken: string) => {
      const { data } = await postGraphql(house.places.gateway, {
        token: accessToken,
        query: '{ viewer { id } }',
      });
      return (data?.viewer ?? null) !== null;
    };
    for (const each of [learner.accessToken ?? '', second]) expect(await isAlive(each)).toBe(true);
    expect((await use(token)).accessToken).toBeDefined();
    await delay(deathMs);
    for (const each of [learner.accessToken ?? '', second]) expect(await isAlive(each)).toBe(false);
    expect((await signIn(house, learner)).code).toBe('INVALID_CREDENTIALS');
    await receiveMail(house.places.mail, learner.email, /password was changed/i);
  });

  it('still asks for the second factor', async () => {
    const learner = await someLearner(house);
    const token = learner.accessToken;
    const enroll = `mutation { answer: enrollTotp(label: "Phone") { ... on TotpEnrollment { factorId secret } } }`;
    const { factorId, secret } = await answerOf(house, enroll, { token });
    const confirm = `mutation ($id: ID!, $code: String!) { answer: confirmFactor(factorId: $id, code: $code) { __typename } }`;
    const variables = { id: factorId, code: codeOf(String(secret), new Date()) };
    expect((await answerOf(house, confirm, { token, variables })).__typename).toBe('RecoveryCodes');
    const answer = await use((await askForReset(learner)).token);
    expect(answer.accessToken).toBeUndefined();
    expect(answer.challengeToken).toEqual(expect.any(String));
  });

  it('links to the same page whatever the request says of where it came from', async () => {
    const learner = await someLearner(house);
    const pageOf = ({ text }: Mail) => (/https?:\S+/.exec(text)?.[0] ?? '').split('#')[0];
    const plain = pageOf((await askForReset(learner)).mail);
    expect(plain).toMatch(/^http/);
    const evil = 'evil.example';
    const lies: Record<string, string>[] = [
      { host: evil },
      { 'x-forwarded-host': evil, 'x-forwarded-proto': 'https' },
      { origin: `https://${evil}`, referer: `https://${evil}/reset` },
      { forwarded: `host=${evil};proto=https` },
      { 'x-original-url': `https://${evil}/`, 'x-rewrite-url': `https://${evil}/` },
    ];
    for (const headers of lies) {
      const body = JSON.stringify({ query: request, variables: { email: learner.email } });
      const sent = async () => {
        const answer = await sendOverWire(house.recorder, { url: house.places.gateway, headers, body });
        // A gateway may refuse the lie outright; then no mail is to come of it.
        return answer.status;
      };
      const before = (await mailsTo(learner)).length;
      if ((await sent()) >= 400) {
        await delay(300);
        expect(await mailsTo(learner)).toHaveLength(before);
        continue;
      }
      const mails = await eventually('the mail', async () => {
        const now = await mailsTo(learner);
        return now.length > before ? now : null;
      });
      for (const mail of mails) expect(pageOf(mail)).toBe(plain);
      for (const { text } of mails) expect(text).not.toContain(evil);
    }
  });
});

describeSilence(house);
