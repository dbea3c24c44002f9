import { describe, expect, it } from '@jest/globals';
import { someLearner } from '../tests/end-to-end/people.ts';
import { postGraphql } from '../tests/end-to-end/raw.ts';
import { guess, inLanes, isEvaluated } from './guesses.ts';
import { startProductionGateway } from './production-gateway.ts';
import { describeSilence, startRecordedHouse } from './recorded-house.ts';

const house = await startRecordedHouse('guessing');
const second = await startProductionGateway(house);
const gateways = [house.places.gateway, second.graphql];
const gatewayOf = (turn: number): string => gateways[turn % gateways.length] ?? '';
const count = 200;

describe('guessing the password of one account', () => {
  it('is evaluated ten times in 15 minutes over all gateways, and does not keep its owner out', async () => {
    const { email, password } = await someLearner(house);
    const guessing = inLanes({ lanes: 2, times: count }, (turn) =>
      guess(house, {
        url: gatewayOf(turn),
        from: '127.0.0.5',
        email,
        password: `wrong guess number ${turn}`,
      }),
    );
    const signIns = inLanes({ lanes: 1, times: 20 }, (turn) =>
      guess(house, { url: gatewayOf(turn), from: '127.0.0.1', agent: 'node', email, password }),
    );
    const guesses = await guessing;
    expect(guesses.filter(isEvaluated)).toHaveLength(10);
    for (const { code, retryAfterSeconds } of guesses.filter((each) => !isEvaluated(each))) {
      expect(code).toBe('RATE_LIMITED');
      expect(retryAfterSeconds).toBeGreaterThan(0);
      expect(retryAfterSeconds).toBeLessThanOrEqual(900);
    }
    const right = await guess(house, { url: gatewayOf(0), from: '127.0.0.5', email, password });
    expect(right.code).toBe('RATE_LIMITED');
    expect((await signIns).map(({ typename }) => typename)).toEqual(Array(20).fill('AuthTokens'));
  }, 120_000);

  it('in a burst of 50 at once is evaluated no more than ten times', async () => {
    const { email } = await someLearner(house);
    const guesses = await inLanes({ lanes: 50, times: 50 }, (turn) =>
      guess(house, {
        url: gatewayOf(turn),
        from: '127.0.0.6',
        email,
        password: `wrong guess number ${turn}`,
      }),
    );
    expect(guesses.filter(isEvaluated).length).toBeLessThanOrEqual(10);
    expect(guesses.filter(isEvaluated).length).toBeGreaterThan(0);
    expect(guesses.filter(({ code }) => code === 'RATE_LIMITED').length).toBeGreaterThanOrEqual(40);
  }, 60_000);

  it('a thousand times in one request, or in a list of requests, is not evaluated at all', async () => {
    const { email, password } = await someLearner(house);
    const aliased = (times: number) =>
      `mutation { ${Array.from({ length: times }, (_none, turn) => `a${turn}: signIn(email: "${email}", password: "wrong ${turn}") { __typename }`)} }`;
    for (const times of [2, 14, 50, 101, 1_000]) {
      const { status } = await postGraphql(house.places.gateway, { token: null, query: aliased(times) });
      expect(status).toBe(400);
    }
    const list = await fetch(house.places.gateway, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(Array.from({ length: 20 }, () => ({ query: aliased(1) }))),
    });
    expect(list.status).toBe(400);
    // Every one of the ten is left.
    const guesses = await inLanes({ lanes: 1, times: 11 }, (turn) =>
      guess(house, { url: gatewayOf(turn), from: '127.0.0.7', email, password: `${password}${turn}` }),
    );
    expect(guesses.map(isEvaluated)).toEqual([...Array(10).fill(true), false]);
  }, 60_000);
});

describeSilence(house);
