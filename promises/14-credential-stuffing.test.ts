import { describe, expect, it } from '@jest/globals';
import type { Learner } from '../scripts/story/learner.ts';
import { eventually } from '../scripts/story/narrator.ts';
import { someLearner } from '../tests/end-to-end/people.ts';
import { type Guessed, guess, inLanes, isEvaluated } from './guesses.ts';
import { describeSilence, isFull, startRecordedHouse } from './recorded-house.ts';
import { percentile } from './wire.ts';

const house = await startRecordedHouse('stuffing');
const url = house.places.gateway;
const sources = 200;
const guessesEach = isFull ? 5 : 1;
/** One guess in twenty has the right password. */
const validEvery = 20;

const someEmail = (turn: number) => `somebody.${turn}.${process.pid}@example.com`;

async function guessesUnderAttack(): Promise<number> {
  const text = await (
    await fetch(`http://127.0.0.1:${house.site.ports.environment.AUTH_PORT}/metrics`)
  ).text();
  return Number(/^credential_stuffing_guesses_total (\d+)/m.exec(text)?.[1] ?? 0);
}

describe('trying out stolen passwords', () => {
  it('from one address is evaluated 20 times a minute at most', async () => {
    const startedAt = performance.now();
    const times = isFull ? 1_000 : 60;
    const guesses = await inLanes({ lanes: 4, times }, (turn) =>
      guess(house, { url, from: '127.0.0.5', email: someEmail(turn), password: 'a stolen password' }),
    );
    const minutes = Math.floor((performance.now() - startedAt) / 60_000) + 1;
    expect(guesses.filter(isEvaluated).length).toBeLessThanOrEqual(20 * minutes);
    expect(guesses.filter(isEvaluated).length).toBeGreaterThan(0);
  }, 300_000);

  it('from 200 addresses is seen: right ones meet a challenge, and who is known goes on', async () => {
    const count = sources * guessesEach;
    const owners: Learner[] = await inLanes({ lanes: 2, times: count / validEvery }, () =>
      someLearner(house),
    );
    const honest = await inLanes({ lanes: 2, times: 3 }, () => someLearner(house));
    const before = await guessesUnderAttack();

    let isOver = false;
    const known: Guessed[] = [];
    const goingOn = honest.map(async ({ email, password }) => {
      for (; !isOver; ) {
        known.push(await guess(house, { url, from: '127.0.0.1', agent: 'node', email, password }));
        await new Promise((resolve) => setTimeout(resolve, 300));
      }
    });
    const guesses = await inLanes({ lanes: 4, times: count }, async (turn) => {
      const owner = turn % validEvery === validEvery - 1 ? owners[Math.floor(turn / validEvery)] : undefined;
      const { email, password } = owner ?? { email: someEmail(turn + 10_000), password: 'a stolen password' };
      const from = `127.0.1.${1 + (turn % sources)}`;
      return { isRight: owner !== undefined, ...(await guess(house, { url, from, email, password })) };
    });
    isOver = true;
    await Promise.all(goingOn);

    const right = guesses.filter(({ isRight }) => isRight);
    expect(right).toHaveLength(owners.length);
    const challenged = right.filter(({ typename }) => typename === 'MfaChallenge');
    expect(challenged.length / right.length).toBeGreaterThanOrEqual(0.9);
    expect(known.length).toBeGreaterThan(5);
    expect(
      known.filter(({ typename }) => typename === 'AuthTokens').length / known.length,
    ).toBeGreaterThanOrEqual(0.99);
    if (isFull)
      expect(
        percentile(
          known.map(({ ms }) => ms),
          0.95,
        ),
      ).toBeLessThanOrEqual(1_000);
    await eventually('the alert’s number to rise', async () => (await guessesUnderAttack()) > before);
  }, 300_000);
});

describeSilence(house);
