import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { createLogger, listen, logForRequest, openRollingFile } from '@studymate/runtime';
import { eventually } from '../../scripts/story/narrator.ts';
import { root } from '../end-to-end/house.ts';
import { freePort, reasonToSkip, startProgram } from './programs.ts';

interface Shipped {
  readonly id: string;
  readonly index: string;
  readonly document: Readonly<Record<string, unknown>>;
}

/** Answers as Elasticsearch does to `_bulk`: what tells that it is refused with 503, all else is taken. */
async function startBulkDouble(port: number) {
  const shipped: Shipped[] = [];
  const bulk = async ({ body }: { readonly body: Buffer }) => {
    const text = body.toString('utf8');
    if (text.includes('"isRefused":true')) return { status: 503, body: '{"error":"unavailable"}' };
    const lines = text.trimEnd().split('\n');
    const items = Array.from({ length: lines.length / 2 }, (_, pair) => {
      const action = JSON.parse(lines[2 * pair] ?? '') as { create: { _index: string; _id: string } };
      const { _index: index, _id: id } = action.create;
      shipped.push({ id, index, document: JSON.parse(lines[2 * pair + 1] ?? '') as Shipped['document'] });
      return { create: { _index: index, status: 201 } };
    });
    const answer = JSON.stringify({ took: 1, errors: false, items });
    return { status: 200, headers: { 'content-type': 'application/json' }, body: answer };
  };
  const well = async () => ({ status: 200, body: '{}' });
  const server = await listen({
    port,
    routes: { 'POST /_bulk': bulk, 'GET /_cat/health': well, 'HEAD /_cat/health': well, 'GET /': well },
    onError: () => undefined,
  });
  return { shipped, stop: server.stop };
}

/** Time for rsyslog to find that nobody listens. */
const awayMs = 3_000;

const skipped = reasonToSkip(['rsyslogd'], true);
if (skipped) {
  it.skip(`log lines on their way to Elasticsearch: ${skipped}`, () => undefined);
} else {
  const folder = mkdtempSync(join(tmpdir(), 'shipping-'));
  const port = await freePort();
  mkdirSync(join(folder, 'spool'));
  const rsyslog = startProgram(
    'rsyslogd',
    ['-n', '-f', join(root, 'ops/logs/rsyslog.conf'), '-i', join(folder, 'rsyslog.pid')],
    {
      STUDYMATE_LOGS: join(folder, 'logs/*.log'),
      ELASTICSEARCH_HOST: '127.0.0.1',
      ELASTICSEARCH_PORT: `${port}`,
      SPOOL: join(folder, 'spool'),
    },
  );
  const logger = createLogger(
    'study',
    { LOG_LEVEL: 'info' },
    await openRollingFile(join(folder, 'logs/app.log')),
  );
  const sentence = 'A "quoted" line,\n광합성 and a \\ backslash';
  for (let number = 0; number < 300; number++) {
    logForRequest({ requestId: `req-${number}`, userId: 'usr_1' }, () =>
      logger.info({ number, password: 'hunter22' }, sentence),
    );
  }
  await new Promise((resolve) => setTimeout(resolve, awayMs));
  const double = await startBulkDouble(port);
  afterAll(async () => {
    await rsyslog.end();
    await double.stop();
    rmSync(folder, { recursive: true });
  });
  const numbered = () => double.shipped.filter(({ document }) => document.number !== undefined);

  describe('log lines on their way to Elasticsearch', () => {
    it('arrive each once, as they were written, though nobody listened at first', async () => {
      await eventually('all lines', async () => numbered().length >= 300, 60_000).catch((error: unknown) => {
        throw new Error(`${error}, ${double.shipped.length} came\n${rsyslog.said()}`);
      });

      const numbers = numbered().map(({ document }) => Number(document.number));
      expect(numbers.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 300 }, (_, number) => number));
      expect(new Set(numbered().map(({ id }) => id)).size).toBe(300);
      expect(numbered().find(({ document }) => document.number === 7)).toMatchObject({
        index: expect.stringMatching(/^studymate-\d{4}\.\d\d\.\d\d$/),
        document: {
          '@timestamp': expect.any(String),
          'log.level': 'info',
          'log.logger': 'study',
          message: sentence,
          request_id: 'req-7',
          user_id: 'usr_1',
          password: '[redacted]',
        },
      });
    }, 90_000);

    it('are kept where Elasticsearch answers with an error', async () => {
      await eventually('all lines', async () => numbered().length >= 300, 60_000);
      logger.info({ isRefused: true }, 'kept');
      const kept = await eventually(
        'the refused line',
        async () =>
          existsSync(join(folder, 'spool/refused.json')) &&
          readFileSync(join(folder, 'spool/refused.json'), 'utf8'),
        30_000,
      );
      expect(kept).toContain('isRefused');
      logger.info({ isLast: true }, 'and on');
      await eventually('the next line', async () => double.shipped.some(({ document }) => document.isLast));
    }, 90_000);
  });
}

describe('the index template', () => {
  it('finds the fields of a line also by the names timestamp, level, logger, user.id and http.request.id', () => {
    const { template } = JSON.parse(readFileSync(join(root, 'ops/logs/index-template.json'), 'utf8'));
    const { properties } = template.mappings;
    expect(properties).toMatchObject({
      timestamp: { type: 'alias', path: '@timestamp' },
      level: { type: 'alias', path: 'log.level' },
      logger: { type: 'alias', path: 'log.logger' },
      user: { properties: { id: { type: 'alias', path: 'user_id' } } },
      http: { properties: { request: { properties: { id: { type: 'alias', path: 'request_id' } } } } },
    });
  });
});
