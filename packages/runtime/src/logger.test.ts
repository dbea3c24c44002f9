import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { openRollingFile } from './log-output.ts';
import { createLogger, createRequestLogger } from './logger.ts';
import { logForRequest } from './request-log.ts';

const lines: string[] = [];
const logger = createLogger('study', { LOG_LEVEL: 'info' }, { write: (line) => void lines.push(line) });
const writeRequestLine = createRequestLogger(
  'study',
  { LOG_LEVEL: 'info' },
  { write: (line) => void lines.push(line) },
);
const folder = mkdtempSync(join(tmpdir(), 'logs-'));
afterAll(() => rmSync(folder, { recursive: true }));

const lastLine = () => JSON.parse(lines.at(-1) ?? '');

describe('a log line', () => {
  it('tells when, how grave, by whom, for which learner and request, in the Elastic Common Schema', () => {
    logForRequest({ requestId: 'req-1', userId: 'usr_1' }, () =>
      logger.warn({ deck: 'dck_1' }, 'deck is full'),
    );
    expect(lastLine()).toMatchObject({
      '@timestamp': expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      'log.level': 'warn',
      'log.logger': 'study',
      'service.name': 'study',
      'ecs.version': expect.any(String),
      message: 'deck is full',
      user_id: 'usr_1',
      request_id: 'req-1',
      deck: 'dck_1',
    });
  });

  it('of a request is told like any other', () => {
    logger.info({ lane: 'known' }, 'request');
    const { '@timestamp': _time, ...expected } = lastLine();
    writeRequestLine({ lane: 'known' });
    const { '@timestamp': time, ...line } = lastLine();
    expect(line).toEqual(expected);
    expect(Math.abs(Date.now() - Date.parse(time))).toBeLessThan(5_000);
    expect(lines.at(-1)).toMatch(/^\{.*\}\n$/);
    expect(createRequestLogger('study', { LOG_LEVEL: 'warn' })({ lane: 'known' })).toBeUndefined();
  });

  it('says what went wrong, and where', () => {
    logger.error({ err: new TypeError('no such card') }, 'unexpected failure');
    expect(lastLine()).toMatchObject({
      error: {
        type: 'TypeError',
        message: 'no such card',
        stack_trace: expect.stringContaining('logger.test.ts'),
      },
    });
  });

  it('names each of its fields once', () => {
    logger.child({ request_id: 'req-2' }).info('child');
    const names = [...(lines.at(-1) ?? '').matchAll(/"([\w.@]+)":/g)].map(([, name]) => name);
    expect(names).toEqual([...new Set(names)]);
  });

  const jwt = 'eyJhbGciOiJFZERTQSIsImtpZCI6IjEifQ.eyJzdWIiOiJ1c3JfMSJ9.c2lnbmF0dXJl';
  it.each([
    ['a member', { password: 'hunter22' }, 'hunter22'],
    ['a member of a member', { input: { refreshToken: 'r-5f0a' } }, 'r-5f0a'],
    ['a member of a member of a member', { request: { body: { clientSecret: 'cs-77' } } }, 'cs-77'],
    ['a header', { headers: { authorization: 'Token abc-123' } }, 'abc-123'],
    ['a header with a dash', { headers: { 'x-api-key': 'key-123' } }, 'key-123'],
    ['a token in a sentence', { note: `refused ${jwt}` }, jwt],
    ['a bearer in a sentence', { note: 'sent Bearer q1w2e3r4t5y6' }, 'q1w2e3r4t5y6'],
    ['the password of a URL', { url: 'redis://study:s3cr3t@db:6379/0' }, 's3cr3t'],
    ['an access token of ours', { note: 'smk_0123456789abcdef0123' }, 'smk_0123456789abcdef0123'],
    ['the key of a provider', { note: 'sk-ant-0123456789abcdef0123' }, 'sk-ant-0123456789abcdef0123'],
    ['an error', { err: new Error('login failed for redis://:pa55word@cache:6379') }, 'pa55word'],
  ])('never holds a secret: %s', (_where, facts, secret) => {
    logger.info(facts, 'looked at');
    expect(lines.at(-1)).not.toContain(secret);
    expect(lines.at(-1)).toContain('[redacted]');
    expect(lastLine().message).toBe('looked at');
  });

  it('keeps what only resembles a secret', () => {
    logger.info({ url: 'http://127.0.0.1:4000/graphql', token_count: 17, mail: 'mina@example.com' }, 'ok');
    expect(lastLine()).toMatchObject({
      url: 'http://127.0.0.1:4000/graphql',
      token_count: 17,
      mail: 'mina@example.com',
    });
  });
});

describe('the log file', () => {
  it('begins anew at 10 MB and keeps five older ones', async () => {
    const file = await openRollingFile(join(folder, 'logs/app.log'));
    const line = `${'x'.repeat(99_999)}\n`;
    for (let megabytes = 0; megabytes < 85; megabytes++) {
      for (let part = 0; part < 10; part++) file.write(line);
      await new Promise((resolve) => setImmediate(resolve));
    }
    const names = () => readdirSync(join(folder, 'logs'));
    const deadline = Date.now() + 10_000;
    while (names().length > 6 && Date.now() < deadline)
      await new Promise((resolve) => setTimeout(resolve, 50));

    const numbers = names()
      .map((name) => Number(/^app\.(\d+)\.log$/.exec(name)?.[1]))
      .toSorted((a, b) => a - b);
    expect(numbers).toEqual([4, 5, 6, 7, 8, 9]);
    for (const number of numbers) {
      expect(statSync(join(folder, 'logs', `app.${number}.log`)).size).toBeLessThanOrEqual(11_000_000);
    }
    expect(readFileSync(join(folder, 'logs/app.9.log'), 'latin1').endsWith(line)).toBe(true);
  });
});
