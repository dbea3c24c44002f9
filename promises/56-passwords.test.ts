import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Learner } from '../scripts/story/learner.ts';
import { receiveMail } from '../scripts/story/mailbox.ts';
import { root } from '../tests/end-to-end/house.ts';
import { someLearner } from '../tests/end-to-end/people.ts';
import { answerOf, signIn, tokens } from './accounts.ts';
import { codeOf } from './phone.ts';
import { describeSilence, isFull, startRecordedHouse } from './recorded-house.ts';

const house = await startRecordedHouse('passwords');
const weakOnes = isFull ? 300 : 60;
const shortest = 15;

const register = `mutation ($input: RegisterInput!) { answer: register(input: $input) { __typename ... on UserError { code } } }`;
const change = `mutation ($current: String!, $next: String!) {
  answer: changePassword(currentPassword: $current, newPassword: $next) { __typename ... on UserError { code } } }`;
const reset = `mutation ($token: String!, $next: String!) {
  answer: resetPassword(token: $token, newPassword: $next) { ${tokens} } }`;

/** Long enough and known: from a list of passwords in use, evenly over all of it. */
function listCommon(count: number): string[] {
  const path = join(root, 'subgraphs/auth/src/password/common-passwords.txt.gz');
  const long = gunzipSync(readFileSync(path))
    .toString()
    .split('\n')
    .filter((password) => [...password].length >= shortest);
  return Array.from({ length: count }, (_, index) => long[Math.floor((index * long.length) / count)] ?? '');
}

let mina: Learner;
let resetToken: string;
let addresses = 0;

const apply = (password: string) => {
  addresses += 1;
  const input = { email: `someone.${addresses}@example.com`, password, displayName: 'Mina Park' };
  return answerOf(house, register, { variables: { input } });
};

beforeAll(async () => {
  mina = await someLearner(house);
  const ask = 'mutation ($email: String!) { answer: requestPasswordReset(email: $email) { __typename } }';
  await answerOf(house, ask, { variables: { email: mina.email } });
  const { text } = await receiveMail(house.places.mail, mina.email, /new StudyMate password/i);
  resetToken = /^[\w-]{54}$/m.exec(text)?.[0] ?? '';
});

describe('a weak password', () => {
  /** Made of what is known of the person, whose address begins so. */
  const ownOf = (address: string) => [
    'Mina-Park-2026!!!',
    'minapark minapark',
    `${address}@example.com!`,
    'StudyMate2026!!!!!',
    'studymatestudymate',
  ];

  it('is refused at registration', async () => {
    const accepted: string[] = [];
    for (const password of [...listCommon(weakOnes), ...ownOf('someone')]) {
      if ((await apply(password)).code !== 'VALIDATION') accepted.push(password);
    }
    expect(accepted).toEqual([]);
  });

  it('is refused as a new one, and at a reset, which does not use up the token', async () => {
    const accepted: string[] = [];
    const own = ownOf(mina.email.split('@')[0] ?? '');
    const some = [...listCommon(weakOnes / 5), ...own, mina.email, `${mina.displayName} 12345`];
    for (const next of some) {
      const variables = { token: resetToken, next };
      if ((await answerOf(house, reset, { variables })).code !== 'VALIDATION')
        accepted.push(`reset: ${next}`);
    }
    for (const next of some.slice(0, 8)) {
      const call = { token: mina.accessToken, variables: { current: mina.password, next } };
      if ((await answerOf(house, change, call)).code !== 'VALIDATION') accepted.push(`change: ${next}`);
    }
    expect(accepted).toEqual([]);
  });

  it('is one that is too short: under 15 alone, under 8 beside a second factor', async () => {
    const fourteen = 'vw7#Lp2x_qK9rt';
    expect((await apply(fourteen)).code).toBe('VALIDATION');
    expect((await apply(`${fourteen}z`)).__typename).toBe('RegistrationAccepted');
    const learner = await someLearner(house);
    const token = learner.accessToken;
    const variables = { current: learner.password, next: 'vw7#Lp2x' };
    expect((await answerOf(house, change, { token, variables })).code).toBe('VALIDATION');
    const enroll =
      'mutation { answer: enrollTotp(label: "Phone") { ... on TotpEnrollment { factorId secret } } }';
    const { factorId, secret } = await answerOf(house, enroll, { token });
    const confirm =
      'mutation ($id: ID!, $code: String!) { answer: confirmFactor(factorId: $id, code: $code) { __typename } }';
    await answerOf(house, confirm, {
      token,
      variables: { id: factorId, code: codeOf(String(secret), new Date()) },
    });
    expect(
      (await answerOf(house, change, { token, variables: { ...variables, next: 'vw7#Lp2' } })).code,
    ).toBe('VALIDATION');
    expect((await answerOf(house, change, { token, variables })).__typename).toBe('Acknowledgement');
  });
});

describe('a strong password', () => {
  const sentence = 'herons wade where the slow river bends and reeds hum at dusk while otters sleep; ';
  it.each([
    ['64 characters', sentence.repeat(2).slice(0, 64)],
    ['128 characters', sentence.repeat(2).slice(0, 128)],
    ['Korean', '느린 강이 굽이치는 곳에 왜가리가 선다'],
    ['emoji', '🦩 wades 🌊 where 🌾 reeds 🎵 hum'],
    ['spaces at both ends', '  herons wade where reeds hum  '],
    ['small letters alone', 'heronswadewherereedshum'],
  ])('is taken as it is: %s', async (_what, next) => {
    const learner = await someLearner(house);
    const call = { token: learner.accessToken, variables: { current: learner.password, next } };
    expect((await answerOf(house, change, call)).__typename).toBe('Acknowledgement');
    expect((await signIn(house, { email: learner.email, password: next })).accessToken).toBeDefined();
    const shorter = next.slice(0, -1);
    expect((await signIn(house, { email: learner.email, password: shorter })).code).toBe(
      'INVALID_CREDENTIALS',
    );
  });

  it('is the same typed as composed or as decomposed characters', async () => {
    const learner = await someLearner(house);
    const next = 'Ångström fährt über 한글 섬';
    const call = {
      token: learner.accessToken,
      variables: { current: learner.password, next: next.normalize('NFD') },
    };
    expect((await answerOf(house, change, call)).__typename).toBe('Acknowledgement');
    for (const form of ['NFC', 'NFD'] as const) {
      const password = next.normalize(form);
      expect((await signIn(house, { email: learner.email, password })).accessToken).toBeDefined();
    }
  });

  it('of more than 128 characters is refused rather than cut', async () => {
    expect((await apply(sentence.repeat(2).slice(0, 129))).code).toBe('VALIDATION');
  });
});

describeSilence(house);
