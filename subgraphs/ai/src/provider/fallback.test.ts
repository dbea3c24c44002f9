import { describe, expect, it } from '@jest/globals';
import { answering, type Reply, startReplayServer } from '../../tests/replay-server.ts';
import {
  createWorld,
  finishedEvents,
  readGeneration,
  reserve,
  someLearner,
  startEmbeddedProvider,
  startGeneration,
} from '../../tests/world.ts';
import { readModels } from '../model/catalogue.ts';
import { connectProviders } from './connect.ts';

const openai = await startReplayServer();
const anthropic = await startReplayServer();
const together = await startReplayServer();
const env = {
  OPENAI_API_KEY: 'test',
  OPENAI_BASE_URL: openai.url,
  ANTHROPIC_API_KEY: 'test',
  ANTHROPIC_BASE_URL: anthropic.url,
  TOGETHER_API_KEY: 'test',
  TOGETHER_BASE_URL: together.url,
};
const providers = connectProviders(readModels(env), startEmbeddedProvider().host, env);
/** The circuit has tests of its own: here it never opens. */
const world = await createWorld({ providers, breaker: { timeoutMs: 400, failuresToOpen: 1_000 } });
const slow = await createWorld({ providers });

const failing: Reply = { kind: 'JSON', status: 500, body: { error: { message: 'boom' } } };
const quote = 'Chlorophyll is the green pigment that absorbs light energy for photosynthesis.';
const second =
  'Stomata are tiny pores in the surface of the leaf through which carbon dioxide enters and oxygen leaves.';
const goodSummary = JSON.stringify({
  points: [
    { heading: '', text: 'Chlorophyll absorbs light.', quotes: [quote] },
    { heading: '', text: 'Gases pass through stomata.', quotes: [second] },
  ],
});

/** Runs a summary of the photosynthesis text with these answers of the three vendors. */
async function generate(replies: { openai: Reply; anthropic?: Reply; together?: Reply }, input: object = {}) {
  openai.play(replies.openai);
  anthropic.play(replies.anthropic ?? failing);
  together.play(replies.together ?? failing);
  const { learner, materialId } = await someLearner(world);
  const id = await startGeneration(world, learner, {
    kind: 'SUMMARY',
    materialId,
    count: nextCount(),
    ...input,
  });
  await reserve(world, id, learner.id);
  await world.run(id);
  return { id, learner, generation: await readGeneration(world, learner, id) };
}

/** Another length each time, so that no test is served from another's cache. */
let lastCount = 2;
const nextCount = () => {
  lastCount += 1;
  return lastCount;
};

const trailOf = (generation: { attempts: { provider: string; outcome: string }[] }) =>
  generation.attempts.map(({ provider, outcome }) => `${provider} ${outcome}`);

describe('the chain of providers', () => {
  it('takes the first sound answer, with its tokens and its price', async () => {
    const { generation } = await generate({ openai: answering.openai(goodSummary) });

    expect(trailOf(generation)).toEqual(['openai OK']);
    expect(generation).toMatchObject({
      usage: { inputTokens: 1_000, outputTokens: 300 },
      quality: { passed: true, groundedFraction: 1 },
    });
    const row = await world.database.generation.findUniqueOrThrow({ where: { id: generation.id } });
    // 800 fresh tokens at 0.15 $, 200 cached at 0.075 $ and 300 out at 0.60 $ a million, rounded up.
    expect(row).toMatchObject({ providerCostMicros: 315, credits: 1 });
    expect(openai.seen[0]?.body).toMatchObject({ model: 'gpt-4o-mini', store: false, stream: true });
  });

  it('reads the answers of all three vendors', async () => {
    const viaAnthropic = await generate({ openai: failing, anthropic: answering.anthropic(goodSummary) });
    const viaTogether = await generate({ openai: failing, together: answering.together(goodSummary) });

    expect(trailOf(viaAnthropic.generation)).toEqual(['openai SERVER_ERROR', 'anthropic OK']);
    expect(trailOf(viaTogether.generation)).toEqual([
      'openai SERVER_ERROR',
      'anthropic SERVER_ERROR',
      'together OK',
    ]);
    expect(viaTogether.generation.usage).toEqual({ inputTokens: 800, outputTokens: 200 });
  });
});

describe('a vendor in trouble', () => {
  const quota: Reply = {
    kind: 'JSON',
    status: 429,
    body: {
      error: {
        message: 'You exceeded your current quota',
        type: 'insufficient_quota',
        code: 'insufficient_quota',
      },
    },
  };
  const limited: Reply = {
    kind: 'JSON',
    status: 429,
    headers: { 'retry-after': '30' },
    body: { error: { message: 'Rate limit reached', code: 'rate_limit_exceeded' } },
  };
  const noCredit: Reply = {
    kind: 'JSON',
    status: 400,
    body: {
      type: 'error',
      error: { type: 'invalid_request_error', message: 'Your credit balance is too low' },
    },
  };
  const overloaded: Reply = {
    kind: 'JSON',
    status: 529,
    body: { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } },
  };
  const refusal = {
    kind: 'EVENTS',
    frames: [
      `event: message_start\ndata: ${JSON.stringify({ type: 'message_start', message: { usage: { input_tokens: 5, output_tokens: 1 } } })}\n\n`,
      `event: message_delta\ndata: ${JSON.stringify({ type: 'message_delta', delta: { stop_reason: 'refusal' }, usage: { output_tokens: 3 } })}\n\n`,
      `event: message_stop\ndata: ${JSON.stringify({ type: 'message_stop' })}\n\n`,
    ],
  } satisfies Reply;
  const cut: Reply = {
    kind: 'CUT',
    frames: [
      `event: response.output_text.delta\ndata: ${JSON.stringify({ type: 'response.output_text.delta', delta: '{"poi' })}\n\n`,
    ],
  };
  const elsewhere = JSON.stringify({
    points: [
      { heading: '', text: 'The moon is made of cheese.', quotes: ['The moon is made of cheese.'] },
      { heading: '', text: 'So is Mars.', quotes: ['So is Mars.'] },
    ],
  });

  const cases: [string, Parameters<typeof generate>[0], string[]][] = [
    ['is out of quota', { openai: quota, anthropic: noCredit }, ['openai QUOTA', 'anthropic QUOTA']],
    [
      'limits us',
      { openai: limited, anthropic: overloaded },
      ['openai RATE_LIMITED', 'anthropic SERVER_ERROR'],
    ],
    ['hangs', { openai: { kind: 'HANG' }, anthropic: refusal }, ['openai TIMEOUT', 'anthropic REFUSED']],
    ['breaks off', { openai: cut, anthropic: refusal }, ['openai SERVER_ERROR', 'anthropic REFUSED']],
    [
      'answers nonsense',
      {
        openai: answering.openai('Sure! Here is your summary.'),
        anthropic: answering.anthropic('{"points": []}'),
      },
      ['openai INVALID_OUTPUT', 'anthropic INVALID_OUTPUT'],
    ],
    [
      'quotes what the text does not say',
      { openai: answering.openai(elsewhere), anthropic: refusal },
      ['openai INVALID_OUTPUT', 'anthropic REFUSED'],
    ],
  ];
  for (const [what, replies, trail] of cases) {
    it(`that ${what} is asked once, and the next takes over, the embedded one at last`, async () => {
      const { generation } = await generate(replies);

      expect(trailOf(generation).slice(0, 2)).toEqual(trail);
      expect(trailOf(generation).at(-1)).toBe('embedded OK');
      expect(openai.seen.length).toBeLessThanOrEqual(1);
      const row = await world.database.generation.findUniqueOrThrow({ where: { id: generation.id } });
      expect(row.credits).toBe(1);
    });
  }
});

describe('the learner', () => {
  it('who cancels has the upstream call stopped within a second, and pays nothing', async () => {
    openai.play({ kind: 'HANG' });
    const { learner, materialId } = await someLearner(slow);
    const id = await startGeneration(slow, learner, { kind: 'SUMMARY', materialId, count: 4 });
    await reserve(slow, id, learner.id);
    const running = slow.run(id);
    while (openai.seen.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));

    const cancel = 'mutation ($id: ID!) { cancelGeneration(id: $id) { state cost { credits } } }';
    const { data } = await slow.ask(learner, cancel, { id });
    const canceledAt = performance.now();
    await openai.seen[0]?.closed;
    expect(performance.now() - canceledAt).toBeLessThan(1_000);
    await running;

    expect(data.cancelGeneration).toEqual({ state: 'CANCELED', cost: { credits: 0 } });
    expect(await readGeneration(slow, learner, id)).toMatchObject({
      state: 'CANCELED',
      attempts: [{ provider: 'openai', outcome: 'CANCELED' }],
    });
    expect(await finishedEvents(slow, id)).toMatchObject([{ state: 'CANCELED', credits: 0 }]);
  });

  it('who names a limit is never served by a dearer model', async () => {
    const { generation } = await generate({ openai: failing }, { maxCredits: 1 });

    const models = readModels(env);
    expect(models.map(({ provider }) => provider)).toEqual(['openai', 'anthropic', 'together', 'embedded']);
    expect(generation.attempts.map(({ provider }: { provider: string }) => provider)).not.toContain(
      'anthropic',
    );
    expect(trailOf(generation).at(-1)).toBe('embedded OK');
  });
});
