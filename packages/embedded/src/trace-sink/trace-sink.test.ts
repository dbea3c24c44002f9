import { gzipSync } from 'node:zlib';
import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startTraceSink } from './trace-sink.ts';

const sink = await startTraceSink({ port: 0 });
afterAll(() => sink.stop());
beforeEach(() => fetch(`${sink.url}/api/traces`, { method: 'DELETE' }));

const idOf = (number: number) => number.toString(16).padStart(32, '0');
const text = (key: string, stringValue: string) => ({ key, value: { stringValue } });

interface SomeSpan {
  readonly trace: number;
  readonly id: number;
  readonly parent?: number;
  readonly name: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly attributes?: readonly object[];
}

const exportOf = (spans: readonly SomeSpan[], service = 'house') => ({
  resourceSpans: [
    {
      resource: { attributes: [text('service.name', service)] },
      scopeSpans: [
        {
          spans: spans.map(({ trace, id, parent, name, fromMs, toMs, attributes = [] }) => ({
            traceId: idOf(trace),
            spanId: id.toString(16).padStart(16, '0'),
            ...(parent === undefined ? {} : { parentSpanId: parent.toString(16).padStart(16, '0') }),
            name,
            kind: 2,
            startTimeUnixNano: `${fromMs}000000`,
            endTimeUnixNano: `${toMs}000000`,
            attributes,
          })),
        },
      ],
    },
  ],
});

const post = (body: string | Buffer, headers: Record<string, string> = {}) =>
  fetch(`${sink.url}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : new Uint8Array(body),
  });
const send = (spans: readonly SomeSpan[], service?: string) => post(JSON.stringify(exportOf(spans, service)));
const get = async (path: string) => (await fetch(`${sink.url}${path}`)).json();

const request: SomeSpan = {
  trace: 1,
  id: 1,
  name: 'POST',
  fromMs: 1_000,
  toMs: 1_040,
  attributes: [text('request.id', 'req-7'), text('client.operation', 'Dashboard')],
};

describe('the trace sink', () => {
  it('puts the spans of several processes together in the order of a waterfall', async () => {
    await send([{ trace: 1, id: 3, parent: 2, name: 'query', fromMs: 1_012, toMs: 1_020 }], 'study');
    await send([request, { trace: 1, id: 4, parent: 1, name: 'late', fromMs: 1_030, toMs: 1_035 }]);
    await send([
      {
        trace: 1,
        id: 2,
        parent: 1,
        name: 'fetch',
        fromMs: 1_010,
        toMs: 1_025,
        attributes: [text('studymate.part', 'gateway')],
      },
    ]);

    expect(await get(`/api/traces/${idOf(1)}`)).toMatchObject({
      title: 'Dashboard',
      requestId: 'req-7',
      durationMs: 40,
      spanCount: 4,
      spans: [
        { name: 'POST', depth: 0, part: 'house' },
        { name: 'fetch', depth: 1, part: 'gateway' },
        { name: 'query', depth: 2, part: 'gateway', service: 'study' },
        { name: 'late', depth: 1 },
      ],
    });
  });

  it.each([
    ['a request id', 'words=REQ-7', ['Dashboard']],
    ['an operation', 'words=dashboard', ['Dashboard']],
    ['several words', 'words=req-7+other', []],
    ['a time', 'minMs=41', ['slow']],
    ['nothing', '', ['slow', 'Dashboard']],
  ])('finds traces by %s', async (_what, query, titles) => {
    await send([request, { trace: 2, id: 1, name: 'slow', fromMs: 2_000, toMs: 2_500 }]);
    expect((await get(`/api/traces?${query}`)).map(({ title }: { title: string }) => title)).toEqual(titles);
  });

  it('reads what is zipped', async () => {
    const zipped = gzipSync(JSON.stringify(exportOf([request])));
    expect((await post(zipped, { 'content-encoding': 'gzip' })).status).toBe(200);
    expect(await get('/api/traces')).toHaveLength(1);
  });

  it('refuses what is no OTLP/JSON', async () => {
    for (const body of ['protobuf?', '{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"x"}]}]}]}']) {
      expect((await post(body)).status).toBe(400);
    }
  });

  it('keeps the last five hundred traces', async () => {
    const many = Array.from({ length: 510 }, (_, index) => ({
      ...request,
      trace: index + 10,
      fromMs: index,
      toMs: index + 1,
    }));
    await send(many);
    expect((await fetch(`${sink.url}/api/traces/${idOf(19)}`)).status).toBe(404);
    expect((await fetch(`${sink.url}/api/traces/${idOf(20)}`)).status).toBe(200);
  });

  it('serves its page, which may load nothing from elsewhere', async () => {
    const page = await fetch(sink.url);
    expect(page.headers.get('content-security-policy')).toContain("default-src 'self'");
    expect(await page.text()).toContain('<title>Traces');
  });
});
