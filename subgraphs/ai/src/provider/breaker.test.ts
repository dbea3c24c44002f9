import { afterAll, describe, expect, it } from '@jest/globals';
import { embeddedModel } from '../model/model.ts';
import { createBreaker } from './breaker.ts';
import { type DraftRequest, type Provider, ProviderFailure, type ProviderReply } from './provider.ts';

const request: DraftRequest = {
  kind: 'SUMMARY',
  title: 'Notes',
  text: 'Some text.',
  language: 'en',
  style: 'BULLETS',
  count: null,
  difficulty: null,
  types: ['CHOICE'],
  maxOutputTokens: 100,
};
const reply: ProviderReply = {
  draft: { kind: 'SUMMARY', points: [{ heading: '', text: 'Some text.', quotes: ['Some text.'] }] },
  usage: null,
  httpStatus: 200,
  timeToFirstTokenMs: 1,
};
const calm = new AbortController().signal;
const stops: (() => void)[] = [];
afterAll(() => {
  for (const stop of stops) stop();
});

/** A provider whose next calls end as told: a failure's outcome, or `OK`. */
function scripted(...outcomes: ('OK' | ProviderFailure['outcome'])[]) {
  let calls = 0;
  const provider: Provider = {
    model: embeddedModel,
    draft: async () => {
      const outcome = outcomes[calls++] ?? 'OK';
      if (outcome !== 'OK') throw new ProviderFailure(outcome, 'as told');
      return reply;
    },
  };
  const changes: string[] = [];
  const breaker = createBreaker(
    provider,
    { timeoutMs: 50, failuresToOpen: 3, resetMs: 80 },
    (_model, state) => {
      changes.push(state);
    },
  );
  stops.push(breaker.stop);
  const call = async () => {
    try {
      await breaker.call(request, calm);
      return 'OK';
    } catch (error) {
      return error instanceof ProviderFailure ? error.outcome : error;
    }
  };
  return { call, changes, callsMade: () => calls };
}

describe('a breaker', () => {
  it('opens after too many failures, keeps calls back, and closes after a good probe', async () => {
    const { call, changes, callsMade } = scripted('SERVER_ERROR', 'TIMEOUT', 'RATE_LIMITED', 'OK');

    expect([await call(), await call(), await call()]).toEqual(['SERVER_ERROR', 'TIMEOUT', 'RATE_LIMITED']);
    expect(await call()).toBe('CIRCUIT_OPEN');
    expect(callsMade()).toBe(3);

    await new Promise((resolve) => setTimeout(resolve, 120));
    expect(await call()).toBe('OK');
    expect(changes).toEqual(['OPEN', 'HALF_OPEN', 'CLOSED']);
  });

  it('does not blame the provider for what lies in one request', async () => {
    const { call, changes } = scripted('REFUSED', 'INVALID_OUTPUT', 'REFUSED', 'REFUSED', 'OK');

    const outcomes = [await call(), await call(), await call(), await call(), await call()];

    expect(outcomes).toEqual(['REFUSED', 'INVALID_OUTPUT', 'REFUSED', 'REFUSED', 'OK']);
    expect(changes).toEqual([]);
  });

  it('aborts a call that takes too long', async () => {
    let aborted = false;
    const hanging: Provider = {
      model: embeddedModel,
      draft: (_request, signal) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => {
            aborted = true;
            reject(new Error('aborted'));
          });
        }),
    };
    const breaker = createBreaker(
      hanging,
      { timeoutMs: 30, failuresToOpen: 3, resetMs: 80 },
      () => undefined,
    );
    stops.push(breaker.stop);

    await expect(breaker.call(request, calm)).rejects.toMatchObject({ outcome: 'TIMEOUT' });
    expect(aborted).toBe(true);
  });
});
