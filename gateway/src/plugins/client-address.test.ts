import { describe, expect, it } from '@jest/globals';
import { clientAddressOf } from './client-address.ts';
import { parseTrustedProxies } from './trusted-proxies.ts';

const trusted = parseTrustedProxies('127.0.0.1, 10.0.0.0/8, fd00::/8');

describe('client address', () => {
  it.each([
    ['an untrusted peer says whatever', '127.0.0.5', '1.1.1.1', '127.0.0.5'],
    ['a trusted proxy names its peer', '127.0.0.1', '1.1.1.1', '1.1.1.1'],
    ['a client in front added lies', '127.0.0.1', '9.9.9.9, 1.1.1.1', '1.1.1.1'],
    ['two proxies stand in a row', '127.0.0.1', '9.9.9.9, 1.1.1.1, 10.4.0.2', '1.1.1.1'],
    ['the proxy is of a trusted subnet', 'fd00:1::7', '2001:db8::1', '2001:db8::1'],
    ['the peer is mapped into IPv6', '::ffff:127.0.0.1', '1.1.1.1', '1.1.1.1'],
    ['an entry has a port', '127.0.0.1', '1.1.1.1:443', '1.1.1.1'],
    ['an entry is IPv6 with a port', '127.0.0.1', '[2001:db8::1]:443', '2001:db8::1'],
    ['every entry is a proxy', '127.0.0.1', '10.0.0.2', '127.0.0.1'],
    ['the proxy met no address', '127.0.0.1', '1.1.1.1, unknown', '127.0.0.1'],
    ['nothing is forwarded', '127.0.0.1', undefined, '127.0.0.1'],
    ['the header is empty', '127.0.0.1', '', '127.0.0.1'],
  ])('when %s', (_name, peer, forwarded, address) => {
    expect(clientAddressOf(peer, forwarded, trusted)).toBe(address);
  });

  it.each(['localhost', '10.0.0.0/33', '10.0.0.0/', 'fd00::/-1', '10.0.0.1/8/8x'])(
    'refuses to trust %s',
    (entry) => {
      expect(() => parseTrustedProxies(`127.0.0.1,${entry}`)).toThrow(/TRUSTED_PROXIES/);
    },
  );
});
