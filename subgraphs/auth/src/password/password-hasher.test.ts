import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { hash } from '@node-rs/argon2';
import { createBulkhead } from './bulkhead.ts';
import { createPasswordHasher } from './password-hasher.ts';
import { applyPepper, parsePeppers } from './pepper.ts';

const peppers = parsePeppers({ PASSWORD_PEPPERS: `1:${randomBytes(32).toString('base64')}` });
const hasher = createPasswordHasher(peppers);

describe('password hasher', () => {
  it('knows the password again, typed composed or decomposed, and no other', async () => {
    const stored = await hasher.hash('조용한 터빈 소리 café');
    expect(stored.hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(await hasher.verify('조용한 터빈 소리 café'.normalize('NFD'), stored)).toEqual({
      matches: true,
      isStale: false,
    });
    expect((await hasher.verify('조용한 터빈 소리 cafe', stored)).matches).toBe(false);
  });

  it('tells apart passwords of 100 characters that differ at the 90th', async () => {
    const password = (letter: string) => 'quietly hum '.repeat(9).slice(0, 89) + letter.padEnd(11, 'x');
    const stored = await hasher.hash(password('a'));
    expect((await hasher.verify(password('b'), stored)).matches).toBe(false);
    expect((await hasher.verify(password('a'), stored)).matches).toBe(true);
  });

  it('never matches when there is no account', async () => {
    expect((await hasher.verify('the password of nobody', null)).matches).toBe(false);
  });

  it('accepts an older pepper or a lower cost and calls the hash stale', async () => {
    const newer = createPasswordHasher([{ version: 2, key: randomBytes(32) }, ...peppers]);
    const old = await hasher.hash('quietly humming turbines');
    expect(await newer.verify('quietly humming turbines', old)).toEqual({ matches: true, isStale: true });

    const [pepper] = peppers;
    if (!pepper) throw new Error('no pepper');
    const cheap = await hash(applyPepper(pepper, 'quietly humming turbines'), {
      memoryCost: 8_192,
      timeCost: 1,
    });
    expect(await hasher.verify('quietly humming turbines', { hash: cheap, pepperVersion: 1 })).toEqual({
      matches: true,
      isStale: true,
    });
  });

  it('refuses to start in production without a pepper of its own', () => {
    expect(() => parsePeppers({ NODE_ENV: 'production' })).toThrow(/PASSWORD_PEPPERS/);
    expect(() => parsePeppers({ PASSWORD_PEPPERS: '1:c2hvcnQ=' })).toThrow(/32 bytes/);
  });
});

describe('bulkhead', () => {
  it('runs so many at once, lets so many wait, and refuses the rest', async () => {
    const inTurn = createBulkhead({ concurrent: 2, queued: 3 });
    let running = 0;
    let most = 0;
    const work = async () => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setTimeout(resolve, 5));
      running -= 1;
    };
    const results = await Promise.allSettled(Array.from({ length: 8 }, () => inTurn(work)));

    expect(most).toBe(2);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(5);
    await inTurn(work);
  });

  it('gives the place free when work fails', async () => {
    const inTurn = createBulkhead({ concurrent: 1, queued: 0 });
    await expect(inTurn(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    await expect(inTurn(async () => 'next')).resolves.toBe('next');
  });
});
