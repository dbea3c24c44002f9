import { describe, expect, it, jest } from '@jest/globals';
import type { Caller } from '@studymate/contracts';
import { createRequestVerifier, signatureHeaders, signRequest } from './signed-request.ts';

const secret = 'a secret of the gateway and its subgraphs';
const caller: Caller = { viewer: null, requestId: 'r-1' };
const body = '{"query":"{ __typename }"}';

describe('a signed request', () => {
  it('names its caller to who knows the secret', () => {
    expect(createRequestVerifier(secret)(signRequest(secret, caller, body), body)).toEqual(caller);
  });

  it.each([
    ['has no signature', {}],
    ['was signed with another secret', signRequest('another secret', caller, body)],
    [
      'has its claims swapped',
      {
        ...signRequest(secret, caller, body),
        [signatureHeaders.caller]: Buffer.from(JSON.stringify({ ...caller, requestId: 'r-2' })).toString(
          'base64url',
        ),
      },
    ],
    ['has another nonce', { ...signRequest(secret, caller, body), [signatureHeaders.nonce]: 'fresh' }],
    [
      'has no number for a time',
      { ...signRequest(secret, caller, body), [signatureHeaders.timestamp]: 'now' },
    ],
  ])('is refused when it %s', (_what, headers) => {
    expect(createRequestVerifier(secret)(headers, body)).toBeNull();
  });

  it('is refused when one byte of the body differs', () => {
    expect(
      createRequestVerifier(secret)(signRequest(secret, caller, body), body.replace('_', '-')),
    ).toBeNull();
  });

  it('is refused the second time', () => {
    const verify = createRequestVerifier(secret);
    const headers = signRequest(secret, caller, body);

    expect(verify(headers, body)).toEqual(caller);
    expect(verify(headers, body)).toBeNull();
  });

  it.each([6_000, -300_000, 300_000])('is refused when the clocks are %i ms apart', (offsetMs) => {
    const headers = signRequest(secret, caller, body);
    const now = Date.now() + offsetMs;
    const clock = jest.spyOn(Date, 'now').mockReturnValue(now);
    try {
      expect(createRequestVerifier(secret)(headers, body)).toBeNull();
    } finally {
      clock.mockRestore();
    }
  });
});
