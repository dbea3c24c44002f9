import { describe, expect, it } from '@jest/globals';
import { eventually } from '../scripts/story/narrator.ts';
import { describeSilence, startRecordedHouse } from './recorded-house.ts';
import { sendOverWire } from './wire.ts';

/** 127.0.0.1 is a trusted proxy of it, the rest of loopback is not. */
const house = await startRecordedHouse('address');
const elsewhere = '203.0.113.7';
let serial = 0;

async function ask(headers: Record<string, string | string[]>, from: string) {
  serial += 1;
  const requestId = `address-test-${serial}`;
  const answer = await sendOverWire(house.recorder, {
    url: house.places.gateway,
    headers: { 'x-request-id': requestId, ...headers },
    body: '{"query":"{ plans { code } }"}',
    from,
  });
  return { ...answer, requestId };
}

/** The address that the log names for a request. */
const loggedAddress = (requestId: string) =>
  eventually('the log line of the request', async () => {
    const line = house
      .readLogs()
      .split('\n')
      .find((each) => each.includes(`"request_id":"${requestId}"`) && each.includes('"ipAddress"'));
    return line === undefined ? null : (JSON.parse(line) as { ipAddress: string }).ipAddress;
  });

const lies: Readonly<Record<string, Record<string, string | string[]>>> = {
  'X-Forwarded-For': { 'x-forwarded-for': elsewhere },
  'X-Real-IP': { 'x-real-ip': elsewhere },
  Forwarded: { forwarded: `for=${elsewhere};proto=https;by=127.0.0.1` },
  'CF-Connecting-IP': { 'cf-connecting-ip': elsewhere },
  'True-Client-IP': { 'true-client-ip': elsewhere },
  'X-Client-IP': { 'x-client-ip': elsewhere, 'x-cluster-client-ip': elsewhere },
  'a chain that ends in a trusted proxy': { 'x-forwarded-for': `${elsewhere}, 127.0.0.1` },
  'the header twice': { 'x-forwarded-for': [elsewhere, '127.0.0.1'] },
  IPv6: { 'x-forwarded-for': '2001:db8::7, [2001:db8::8]:443, ::ffff:127.0.0.1' },
  junk: { 'x-forwarded-for': "' or 1=1 --, <script>, 999.1.1.1, ,,", forwarded: 'for=_hidden' },
};

describe('a client that is no trusted proxy', () => {
  it.each(Object.keys(lies))('cannot choose its address by %s', async (name) => {
    const { requestId, status } = await ask(lies[name] ?? {}, '127.0.0.5');
    expect(status).toBe(200);
    expect(await loggedAddress(requestId)).toBe('127.0.0.5');
  });

  it('spends one allowance, whatever it says', async () => {
    const left: number[] = [];
    for (const headers of Object.values(lies)) {
      const answer = await ask(headers, '127.0.0.6');
      left.push(Number(answer.headers['ratelimit-remaining']));
    }
    expect(left).toEqual(left.toSorted((one, other) => other - one));
    expect(new Set(left).size).toBe(left.length);
  });
});

describe('a trusted proxy', () => {
  it.each([
    ['one client', elsewhere, elsewhere],
    ['what the client said before', `198.51.100.1, ${elsewhere}`, elsewhere],
    ['an IPv6 client', '2001:db8::7', '2001:db8::7'],
    ['a proxy behind it', `198.51.100.1, ${elsewhere}, 127.0.0.1`, elsewhere],
    ['no address', 'unknown', '127.0.0.1'],
    ['a lie to the right of which stands no address', `${elsewhere}, junk`, '127.0.0.1'],
  ])('is believed when it names %s', async (_name, forwarded, address) => {
    const { requestId } = await ask({ 'x-forwarded-for': forwarded }, '127.0.0.1');
    expect(await loggedAddress(requestId)).toBe(address);
  });

  it('brings clients that have an allowance each, IPv6 ones by their /64', async () => {
    const remaining = async (address: string) =>
      Number((await ask({ 'x-forwarded-for': address }, '127.0.0.1')).headers['ratelimit-remaining']);
    const first = await remaining('2001:db8:1:2::1');
    expect(await remaining('2001:db8:1:2:ffff:ffff:ffff:ffff')).toBeLessThan(first);
    expect(await remaining('2001:db8:1:3::1')).toBe(first);
    expect(await remaining('198.51.100.77')).toBe(first);
    expect(await remaining('198.51.100.77')).toBeLessThan(first);
    expect(await remaining('198.51.100.78')).toBe(first);
  });
});

describeSilence(house);
