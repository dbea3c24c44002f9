import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { eventually } from '../../scripts/story/narrator.ts';
import { someSite, startHouse } from './house.ts';
import { signInAs } from './people.ts';

interface Span {
  readonly spanId: string;
  readonly parentSpanId: string | null;
  readonly name: string;
  readonly part: string;
  readonly attributes: Readonly<Record<string, string>>;
}
interface Trace {
  readonly traceId: string;
  readonly title: string;
  readonly requestId: string;
  readonly spans: readonly Span[];
}

const site = await someSite('traces');
const house = await startHouse(site, { parameters: ['--traces'] });
const token = await signInAs(house, 'LEARNER');
const requestId = 'traces-test-1';

const getJson = async <T>(path: string): Promise<T> =>
  (await (await fetch(`${house.urls.traces}${path}`)).json()) as T;

async function mutate(query: string, headers: Record<string, string> = {}): Promise<{ readonly id: string }> {
  const answer = await fetch(house.places.gateway, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}`, ...headers },
    body: JSON.stringify({ query }),
  });
  const { data } = (await answer.json()) as { data: Record<string, { id: string }> };
  const [made] = Object.values(data);
  if (!made?.id) throw new Error(JSON.stringify(data));
  return made;
}

/** Has a summary made of a text, and answers its trace once all of it was received. */
async function summarize(): Promise<Trace> {
  const failure = '... on UserError { code message path }';
  const subject = await mutate(
    `mutation { createSubject(title: "Leaves", idempotencyKey: "traces-subject-1") { ... on Subject { id } ${failure} } }`,
  );
  const text =
    'Photosynthesis is the process by which plants make sugar. Chlorophyll is a pigment that absorbs red and blue light. Stomata are pores that let carbon dioxide in. The Calvin cycle is a chain of reactions that fixes carbon dioxide into sugar. Mitochondria are organelles that release the energy of sugar.';
  const material = await mutate(
    `mutation { createMaterial(subjectId: "${subject.id}", title: "Leaves", kind: NOTE, content: "${text}", idempotencyKey: "traces-material") { ... on Material { id } ${failure} } }`,
  );
  await mutate(
    `mutation MakeSummary { startGeneration(input: { kind: SUMMARY, materialId: "${material.id}" }, idempotencyKey: "traces-summary") { ... on Generation { id } ${failure} } }`,
    { 'x-request-id': requestId },
  );
  return eventually(
    'the trace of the summary',
    async () => {
      const [found] = await getJson<Trace[]>('/api/traces?words=MakeSummary');
      const received = found && (await getJson<Trace>(`/api/traces/${found.traceId}`));
      const isWhole = received?.spans.some(({ name }) => name === 'process sendNotification');
      return isWhole ? received : null;
    },
    60_000,
  );
}

const trace = await summarize();
const spans = new Map(trace.spans.map((span) => [span.spanId, span]));

/** The names from the root to a span, those of the database left out. */
function pathTo(span: Span): string[] {
  const parent = span.parentSpanId === null ? undefined : spans.get(span.parentSpanId);
  const above = parent ? pathTo(parent) : [];
  return /^prisma:|^graphql\.|^mutation|^POST$/.test(span.name) ? above : [...above, span.name];
}

const find = (name: string, part?: string): Span => {
  const span = trace.spans.find((each) => each.name === name && (part === undefined || each.part === part));
  if (!span)
    throw new Error(`No span ${name} among ${[...new Set(trace.spans.map((each) => each.name))].join(', ')}`);
  return span;
};

describe('the trace of a summary', () => {
  it('goes from the gateway over subgraphs, outboxes and queues to the worker and the model', () => {
    expect(pathTo(find('chat embedded-1'))).toEqual([
      'gateway.request',
      'gateway.fetch',
      'publish ai.credits.requested',
      'process ai.credits.requested',
      'publish billing.credits.reserved',
      'process billing.credits.reserved',
      'publish generateAiSummary',
      'process generateAiSummary',
      'generate_ai_summary',
      'chat embedded-1',
    ]);
  });

  it('goes on to whoever keeps the summary and tells the learner', () => {
    expect(pathTo(find('process study.output.stored')).slice(-5)).toEqual([
      'generate_ai_summary',
      'publish ai.generation.produced',
      'process ai.generation.produced',
      'publish study.output.stored',
      'process study.output.stored',
    ]);
    expect(find('process sendNotification').part).toBe('notification-worker');
  });

  it('tells how long the text was, who answered and how long the summary is', () => {
    const { attributes, part } = find('generate_ai_summary');
    expect(part).toBe('ai-worker');
    expect(Number(attributes['content.length'])).toBeGreaterThan(250);
    expect(attributes['ai.provider']).toBe('embedded');
    expect(Number(attributes['summary.length'])).toBeGreaterThan(50);
  });

  it.each(['ai', 'subscription-worker', 'ai-worker', 'study-worker'])('has the SQL of %s', (part) => {
    const queries = trace.spans.filter(
      (span) => span.part === part && span.name === 'prisma:client:db_query',
    );
    expect(queries.map(({ attributes }) => attributes['db.query.text'])).toContainEqual(
      expect.stringMatching(/insert|update|select/i),
    );
  });

  it('is found by its request, which its log line names with the trace', async () => {
    expect(trace).toMatchObject({ title: 'MakeSummary', requestId });
    expect(await getJson<Trace[]>(`/api/traces?words=${requestId}`)).toMatchObject([
      { traceId: trace.traceId },
    ]);
    const line = await eventually('the log line', async () =>
      readFileSync(join(site.directory, 'logs/house.log'), 'utf8')
        .split('\n')
        .find((each) => each.includes(requestId) && each.includes('"message":"request"')),
    );
    expect(JSON.parse(line)).toMatchObject({
      'trace.id': trace.traceId,
      request_id: requestId,
      user_id: expect.stringMatching(/^usr_/),
      'log.logger': 'gateway',
      'log.level': 'info',
    });
  });

  it('leaves out what is done for nobody, such as looking whether the outbox has something', async () => {
    const titles = (await getJson<Trace[]>('/api/traces')).map(({ title }) => title);
    expect(titles.filter((title) => title.startsWith('prisma:'))).toEqual([]);
  });
});
