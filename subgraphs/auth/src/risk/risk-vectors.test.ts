import { describe, expect, it } from '@jest/globals';
import { createAddressData } from './address-data.ts';
import { openPlaces, placeFilesOf } from './address-places.ts';
import { readHostingNetworks } from './hosting-networks.ts';
import { parsePlaceOverrides } from './place-overrides.ts';
import { challengeThreshold, refusalThreshold, scoreRisk } from './risk-score.ts';
import { type Circumstances, signsOf } from './signs.ts';

const denied = '192.0.2.66';
const overrides = parsePlaceOverrides('{"127.0.0.77": "CH", "198.51.100.0/24": "KR"}');
const addresses = createAddressData({
  findPlace: await openPlaces(placeFilesOf(undefined)),
  findOverride: overrides,
  isHosting: readHostingNetworks(),
  isDenylisted: (address) => address === denied,
});

const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';
const chrome = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/139.0 Safari/537.36';
const seoul = '168.126.63.1';
const at = new Date('2026-03-01T10:00:00Z');
const ago = (hours: number) => new Date(at.getTime() - hours * 3_600_000);

interface Case {
  /** Where it comes from, and by what. */
  readonly from: string;
  readonly agent?: string | null;
  /** Where the owner was before, and how many hours ago. */
  readonly before?: readonly [string, number];
  readonly device?: 'known' | 'new';
  readonly countries?: readonly string[];
  /** The agents that the session's tokens were given to; absent: a sign-in. */
  readonly session?: readonly string[];
  readonly guessing?: Circumstances['guessing'];
}

const riskOf = ({ from, agent = firefox, before, device = 'known', ...more }: Case) =>
  scoreRisk(
    signsOf({
      at,
      userAgent: agent,
      facts: addresses.describe(from),
      isKnownDevice: device === 'known',
      knownCountries: new Set(more.countries ?? ['KR']),
      before: before ? { place: addresses.describe(before[0]).place, at: ago(before[1]) } : null,
      agentsOfSession: more.session ?? null,
      guessing: more.guessing ?? {},
    }),
  );

type Outcome = 'PASS' | 'MFA' | 'REFUSED';
const outcomeOf = (score: number): Outcome =>
  score >= refusalThreshold ? 'REFUSED' : score > challengeThreshold ? 'MFA' : 'PASS';

const elsewhere = { device: 'new', session: [firefox] } as const;

describe('the risk of', () => {
  it.each<[string, Case, number, Outcome]>([
    ['the same device at the same place', { from: seoul, before: [seoul, 1] }, 0, 'PASS'],
    ['its session', { from: seoul, before: [seoul, 0.01], session: [firefox] }, 0, 'PASS'],
    [
      'a new device in the country',
      { from: '210.220.163.82', device: 'new', before: [seoul, 1] },
      0.35,
      'PASS',
    ],
    [
      'its session in another network',
      { from: '210.220.163.82', ...elsewhere, before: [seoul, 0.5] },
      0.35,
      'PASS',
    ],
    [
      'Seoul, then Zurich in ten minutes',
      { from: '129.132.1.1', ...elsewhere, before: [seoul, 1 / 6] },
      0.9025,
      'MFA',
    ],
    [
      'Seoul, then Zurich the next day',
      { from: '129.132.1.1', ...elsewhere, before: [seoul, 24] },
      0.61,
      'PASS',
    ],
    [
      'Seoul, then Zurich in eight hours',
      { from: '129.132.1.1', ...elsewhere, before: [seoul, 8] },
      0.9025,
      'MFA',
    ],
    ['Seoul, then Moscow in an hour', { from: '77.88.8.8', ...elsewhere, before: [seoul, 1] }, 0.9025, 'MFA'],
    ['the same by IPv6', { from: '2a02:6b8::feed:0ff', ...elsewhere, before: [seoul, 1] }, 0.9025, 'MFA'],
    [
      'Seoul, then Tokyo in ten minutes',
      { from: '133.11.0.1', ...elsewhere, before: [seoul, 1 / 6] },
      0.9025,
      'MFA',
    ],
    [
      'Seoul, then Tokyo in three hours',
      { from: '133.11.0.1', ...elsewhere, before: [seoul, 3] },
      0.61,
      'PASS',
    ],
    [
      'Seoul, then South Africa in ten hours',
      { from: '196.25.1.1', ...elsewhere, before: [seoul, 10] },
      0.9025,
      'MFA',
    ],
    ['a machine for rent abroad', { from: '8.8.8.8', ...elsewhere, before: [seoul, 24] }, 0.7075, 'MFA'],
    [
      'a browser that has updated itself',
      { from: seoul, agent: firefox.replaceAll('140', '141'), session: [firefox] },
      0,
      'PASS',
    ],
    [
      'a token in another browser',
      { from: seoul, agent: chrome, ...elsewhere, before: [seoul, 1] },
      0.74,
      'MFA',
    ],
    [
      'a token in another browser abroad',
      { from: '127.0.0.77', agent: chrome, ...elsewhere, before: [seoul, 0.1] },
      0.961,
      'REFUSED',
    ],
    ['a token in a script', { from: '10.0.0.1', agent: 'curl/8.5.0', ...elsewhere }, 0.8453, 'MFA'],
    ['a known device at a denied address', { from: denied }, 0.915, 'MFA'],
    [
      'a new device at a denied address abroad',
      { from: denied, ...elsewhere, agent: null },
      0.98453,
      'REFUSED',
    ],
    ['a new device nobody can place', { from: '203.0.113.9', device: 'new' }, 0.4475, 'PASS'],
    [
      'a known device whose account is attacked',
      { from: seoul, guessing: { ACCOUNT_UNDER_ATTACK: 1 } },
      0,
      'PASS',
    ],
    [
      'a new device whose account is attacked',
      { from: seoul, device: 'new', guessing: { ACCOUNT_UNDER_ATTACK: 1 } },
      0.61,
      'PASS',
    ],
    [
      'a new device at an address that guesses',
      { from: seoul, device: 'new', guessing: { ADDRESS_UNDER_SUSPICION: 1 } },
      0.74,
      'MFA',
    ],
    [
      'a new device while lists are tried out',
      { from: seoul, device: 'new', guessing: { SERVICE_UNDER_ATTACK: 1 } },
      0.74,
      'MFA',
    ],
    ['the first country of all', { from: '129.132.1.1', device: 'new', countries: [] }, 0.35, 'PASS'],
  ])('%s', (_name, asked, score, outcome) => {
    const risk = riskOf(asked);
    expect(risk.score).toBeCloseTo(score, 3);
    expect(outcomeOf(risk.score)).toBe(outcome);
  });
});

describe('what is known of an address', () => {
  it.each([
    [seoul, 'KR'],
    [`::ffff:${seoul}`, 'KR'],
    ['129.132.1.1', 'CH'],
    ['2a02:6b8::feed:0ff', 'RU'],
    ['133.11.0.1', 'JP'],
    ['196.25.1.1', 'ZA'],
    ['8.8.8.8', 'US'],
    ['198.51.100.9', 'KR'],
    ['1.1.1.1', null],
    ['203.0.113.9', null],
    ['10.0.0.1', null],
    ['127.0.0.1', null],
    ['garbage', null],
    [null, null],
  ])('%p lies in %p', (address, country) => {
    expect(addresses.describe(address).place?.country ?? null).toBe(country);
  });

  it('takes the operator’s word in lines, too, and for nowhere', () => {
    const find = parsePlaceOverrides('127.0.0.8,CH,47.38,8.54 # an office\n10.0.0.0/8, KR\n');
    expect(find('127.0.0.8')).toEqual({ country: 'CH', latitude: 47.38, longitude: 8.54, radiusKm: 100 });
    expect(find('10.9.9.9')).toMatchObject({ country: 'KR' });
    expect(find('127.0.0.9')).toBeUndefined();
    expect(parsePlaceOverrides('{"8.8.8.8": null}')('8.8.8.8')).toBeNull();
    expect(() => parsePlaceOverrides('{"nowhere": "CH"}')).toThrow(/nowhere is neither/);
  });
});
