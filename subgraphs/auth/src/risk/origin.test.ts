import { describe, expect, it } from '@jest/globals';
import { networkOf, originOf } from './origin.ts';

describe('origin of a request', () => {
  it.each([
    ['127.0.0.5', '127.0.0.5'],
    ['::ffff:168.126.63.1', '168.126.63.1'],
    ['2a02:6b8::feed:0ff', '2a02:6b8:0:0::/64'],
    ['2a02:6b8:0:0:1:2:3:4', '2a02:6b8:0:0::/64'],
    ['2a02:6b8:0:1::1', '2a02:6b8:0:1::/64'],
    ['::1', '0:0:0:0::/64'],
    [null, 'unknown'],
  ])('%p counts for %s', (address, network) => {
    expect(networkOf(address)).toBe(network);
  });

  it('knows a device again in its own network only', () => {
    const at = (ipAddress: string, userAgent = 'Firefox/140.0', country = 'KR') =>
      originOf({ ipAddress, userAgent, country }, 'key').deviceHash;
    expect(at('192.0.2.7')).toBe(at('192.0.2.200'));
    expect(at('192.0.2.7')).not.toBe(at('192.0.3.7'));
    expect(at('192.0.2.7')).not.toBe(at('192.0.2.7', 'curl'));
    expect(at('192.0.2.7')).toBe(at('192.0.2.7', 'Firefox/141.0'));
    expect(at('192.0.2.7')).not.toBe(at('192.0.2.7', 'Firefox/140.0', 'CH'));
    const sender = { ipAddress: '192.0.2.7', userAgent: 'Firefox/140.0', country: 'KR' };
    expect(originOf(sender, 'other').deviceHash).not.toBe(at('192.0.2.7'));
  });
});
