import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, expect, it } from '@jest/globals';
import { listen, readSecret, signRequest } from '@studymate/runtime';

const received: string[] = [];
const sink = await listen({
  port: 0,
  routes: {
    'POST /v1/traces': async ({ body }) => {
      received.push(body.toString('latin1'));
      return { status: 200, body: '' };
    },
  },
  onError: () => undefined,
});

const relay = spawn(process.execPath, ['--import', '@studymate/telemetry', 'subgraphs/relay/src/main.ts'], {
  env: {
    ...process.env,
    NODE_OPTIONS: '',
    NODE_ENV: 'development',
    LOG_LEVEL: 'info',
    RELAY_PORT: '0',
    OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
    OTEL_SERVICE_NAME: 'relay',
    OTEL_BSP_SCHEDULE_DELAY: '50',
    OTEL_METRICS_EXPORTER: 'none',
    OTEL_LOGS_EXPORTER: 'none',
  },
  stdio: ['ignore', 'pipe', 'inherit'],
});

afterAll(async () => {
  relay.kill('SIGTERM');
  await sink.stop();
});

async function urlOfRelay(): Promise<string> {
  let output = '';
  for (;;) {
    const [chunk] = await once(relay.stdout, 'data');
    output += chunk;
    const url = /"url":"(http:[^"]+)"/.exec(output)?.[1];
    if (url) return url;
  }
}

it('sends the spans of a request, of HTTP and of GraphQL, to the collector', async () => {
  const url = await urlOfRelay();
  const body = JSON.stringify({ query: '{ nodes(ids: []) { id } }' });
  const headers = signRequest(readSecret('SUBGRAPH_SECRET'), { viewer: null, requestId: 'r' }, body);

  const answer = await fetch(`${url}/graphql`, { method: 'POST', headers, body });
  expect(answer.status).toBe(200);
  const deadline = Date.now() + 10_000;
  while (!received.join('').includes('graphql.operation.type') && Date.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }

  const spans = received.join('');
  expect(spans).toContain('graphql.parse');
  expect(spans).toContain('graphql.validate');
  expect(spans).toContain('graphql.operation.type');
  expect(spans).toContain('POST');
  expect(spans).toContain('relay');
});
