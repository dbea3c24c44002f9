import { describe, expect, it } from '@jest/globals';
import { databaseUrl, withClient } from '@studymate/schema-engine/connection';
import type { Learner } from '../scripts/story/learner.ts';
import { someLearner } from '../tests/end-to-end/people.ts';
import { type Answer, answerOf, signIn, tokens } from './accounts.ts';
import { codeOf } from './phone.ts';
import { describeSilence, startRecordedHouse } from './recorded-house.ts';

const house = await startRecordedHouse('codes');
/** In the middle of a time step, and a little ahead of the house's own time: its tokens are still good. */
const now = new Date(Math.ceil(Date.now() / 30_000) * 30_000 + 15_000);
const later = (steps: number) => new Date(now.getTime() + steps * 30_000);

const enroll = `mutation { answer: enrollTotp(label: "Phone") {
  ... on TotpEnrollment { factorId secret } ... on UserError { code } } }`;
const confirm = `mutation ($id: ID!, $code: String!) { answer: confirmFactor(factorId: $id, code: $code) {
  ... on RecoveryCodes { codes } ... on UserError { code } } }`;
const complete = `mutation ($challenge: String!, $code: String!) {
  answer: completeMfa(challengeToken: $challenge, code: $code) { ${tokens} } }`;
const regenerate = `mutation ($code: String!) { answer: regenerateRecoveryCodes(code: $code) {
  ... on RecoveryCodes { codes } ... on UserError { code } } }`;

interface Owner {
  readonly learner: Learner;
  readonly secret: string;
  readonly recoveryCodes: readonly string[];
}

/** A learner with an authenticator app, whose code of `now` is used up. */
async function someOwner(): Promise<Owner> {
  const learner = await someLearner(house);
  const token = learner.accessToken;
  const { factorId, secret } = await answerOf(house, enroll, { token, at: now });
  const code = codeOf(String(secret), now);
  const { codes } = await answerOf(house, confirm, { token, at: now, variables: { id: factorId, code } });
  return { learner, secret: String(secret), recoveryCodes: codes as string[] };
}

const challengeOf = async ({ learner }: Owner, at = now): Promise<unknown> =>
  (await signIn(house, learner, at)).challengeToken;
const give = (challenge: unknown, code: string, at = now): Promise<Answer> =>
  answerOf(house, complete, { at, variables: { challenge, code } });
const isLetIn = ({ accessToken }: Answer): boolean => accessToken !== undefined;

describe('a one-time code', () => {
  it('is as RFC 6238 has it: the phone of this test shows the six codes of its appendix B', () => {
    const key = Buffer.from('12345678901234567890');
    const vectors: [number, string][] = [
      [59, '94287082'],
      [1_111_111_109, '07081804'],
      [1_111_111_111, '14050471'],
      [1_234_567_890, '89005924'],
      [2_000_000_000, '69279037'],
      [20_000_000_000, '65353130'],
    ];
    for (const [seconds, code] of vectors) {
      expect(codeOf(key, new Date(seconds * 1000), { digits: 8 })).toBe(code);
    }
  });

  it('is asked for only once the app has shown a right one', async () => {
    const learner = await someLearner(house);
    const { factorId, secret } = await answerOf(house, enroll, { token: learner.accessToken, at: now });
    expect(isLetIn(await signIn(house, learner, now))).toBe(true);
    const wrong = codeOf(String(secret), now, { steps: 7 });
    const variables = { id: factorId, code: wrong };
    expect((await answerOf(house, confirm, { token: learner.accessToken, at: now, variables })).code).toBe(
      'VALIDATION',
    );
    expect(isLetIn(await signIn(house, learner, now))).toBe(true);
  });

  it('works one step off and not two, and never twice', async () => {
    const owner = await someOwner();
    const at = later(4);
    const challenge = await challengeOf(owner, at);
    for (const steps of [-2, 2])
      expect(isLetIn(await give(challenge, codeOf(owner.secret, at, { steps }), at))).toBe(false);
    const early = codeOf(owner.secret, at, { steps: -1 });
    expect(isLetIn(await give(challenge, early, at))).toBe(true);
    expect(isLetIn(await give(await challengeOf(owner, at), early, at))).toBe(false);
    expect(
      isLetIn(await give(await challengeOf(owner, at), codeOf(owner.secret, at, { steps: 1 }), at)),
    ).toBe(true);
  });

  it('opens one session, however many give it at once', async () => {
    const owner = await someOwner();
    const at = later(2);
    const code = codeOf(owner.secret, at);
    const challenges = await Promise.all(Array.from({ length: 5 }, () => challengeOf(owner, at)));
    const answers = await Promise.all(
      challenges.flatMap((challenge) => Array.from({ length: 4 }, () => give(challenge, code, at))),
    );
    expect(answers).toHaveLength(20);
    expect(answers.filter(isLetIn)).toHaveLength(1);
  });

  it('is worth nothing after five wrong ones, nor for the challenge of another, nor for a challenge that is over', async () => {
    const [owner, other] = [await someOwner(), await someOwner()];
    const at = later(2);
    const [dead, foreign, used] = [
      await challengeOf(owner, at),
      await challengeOf(other, at),
      await challengeOf(owner, at),
    ];
    for (let time = 0; time < 5; time += 1) await give(dead, '000000', at);
    expect(isLetIn(await give(dead, codeOf(owner.secret, at), at))).toBe(false);
    expect(isLetIn(await give(foreign, codeOf(owner.secret, at), at))).toBe(false);
    expect(isLetIn(await give(used, codeOf(owner.secret, at), at))).toBe(true);
    expect(isLetIn(await give(used, codeOf(owner.secret, at, { steps: 1 }), at))).toBe(false);
    const old = await challengeOf(other, at);
    expect(isLetIn(await give(old, codeOf(other.secret, later(13)), later(13)))).toBe(false);
  });
});

describe('recovery codes', () => {
  it('are ten, hashed at rest, and each lets in once', async () => {
    const owner = await someOwner();
    expect(new Set(owner.recoveryCodes).size).toBe(10);
    const [first = '', second = ''] = owner.recoveryCodes;
    const challenges = await Promise.all(Array.from({ length: 5 }, () => challengeOf(owner)));
    const answers = await Promise.all(
      challenges.flatMap((challenge) => Array.from({ length: 4 }, () => give(challenge, first))),
    );
    expect(answers.filter(isLetIn)).toHaveLength(1);
    expect(isLetIn(await give(await challengeOf(owner), first))).toBe(false);
    expect(isLetIn(await give(await challengeOf(owner), second))).toBe(true);
    const server = `postgresql://postgres@127.0.0.1:${house.site.ports.environment.POSTGRES_PORT}`;
    await withClient(databaseUrl(server, 'studymate_auth'), async (client) => {
      const { rows } = await client.query<{ each: string }>('select each::text from "RecoveryCode" as each');
      const text = rows.map(({ each }) => each).join();
      expect(text.length).toBeGreaterThan(100);
      for (const code of owner.recoveryCodes) expect(text).not.toContain(code);
    });
  });

  it('die as a set when they are replaced', async () => {
    const owner = await someOwner();
    const at = later(1);
    const { accessToken } = await give(await challengeOf(owner, at), codeOf(owner.secret, at), at);
    const code = codeOf(owner.secret, at, { steps: 1 });
    const { codes } = await answerOf(house, regenerate, {
      token: String(accessToken),
      at,
      variables: { code },
    });
    const [old = ''] = owner.recoveryCodes;
    const [fresh = ''] = codes as string[];
    expect(isLetIn(await give(await challengeOf(owner, at), old, at))).toBe(false);
    expect(isLetIn(await give(await challengeOf(owner, at), fresh, at))).toBe(true);
  });
});

describeSilence(house);
