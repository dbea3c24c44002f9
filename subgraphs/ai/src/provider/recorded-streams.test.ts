import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { vectorsDirectory } from '@studymate/testkit';
import { framings, startReplayServer } from '../../tests/replay-server.ts';
import { createAnthropicModel } from './anthropic.model.ts';
import { createOpenAiModel } from './openai.model.ts';
import type { Prompt } from './prompt.ts';
import { ProviderFailure } from './provider.ts';
import type { TextModel } from './text-model.ts';
import { createTogetherModel } from './together.model.ts';

/** Streams that real providers sent, recorded by vercel/ai (Apache-2.0). They are not part of this project. */
const recordings = `${vectorsDirectory}/ai/packages`;
const recorded = existsSync(recordings) ? describe : describe.skip;
if (!existsSync(recordings)) console.warn(`Skipped: there are no recorded streams in ${recordings}.`);

const model = {
  contextTokens: 100_000,
  inputMicrosPerMTok: 1,
  cachedInputMicrosPerMTok: 1,
  outputMicrosPerMTok: 1,
};
const prompt: Prompt = {
  instructions: 'Be brief.',
  input: 'Hello',
  schema: { type: 'object' },
  maxOutputTokens: 100,
};

const server = await startReplayServer();
const access = { apiKey: 'test', baseUrl: server.url };
const openai = createOpenAiModel({ ...model, provider: 'openai', name: 'gpt-4o-mini' }, access);
const anthropic = createAnthropicModel({ ...model, provider: 'anthropic', name: 'claude-haiku-4-5' }, access);
const together = createTogetherModel({ ...model, provider: 'together', name: 'llama' }, access);

// biome-ignore lint/suspicious/noExplicitAny: recorded documents of three vendors
type Recorded = any;

/** Some files hold the streams of several turns, each closed by an event of its own. */
function splitTurns({ name, lines, events, isBroken }: Recording): Recording[] {
  if (isBroken) return [{ name, lines, events, isBroken }];
  const closing = /^(?:message_stop|response\.(?:completed|failed|incomplete))$/;
  const ends = events.flatMap(({ type }, place) => (closing.test(type) ? [place + 1] : []));
  const cuts = ends.at(-1) === events.length ? ends : [...ends, events.length];
  return cuts.map((end, turn) => {
    const start = cuts[turn - 1] ?? 0;
    return {
      name: `${name} ${turn + 1}`,
      lines: lines.slice(start, end),
      events: events.slice(start, end),
      isBroken,
    };
  });
}

interface Recording {
  readonly name: string;
  readonly lines: readonly string[];
  readonly events: readonly Recorded[];
  /** A line of it is no JSON: the stream was recorded broken. */
  readonly isBroken: boolean;
}

function readRecordings(folder: string): Recording[] {
  const path = join(recordings, folder);
  if (!existsSync(path)) return [];
  return readdirSync(path)
    .filter((name) => name.endsWith('.chunks.txt'))
    .map((name) => {
      const lines = readFileSync(join(path, name), 'utf8').split('\n').filter(Boolean);
      const events = lines.flatMap(parseLine);
      return { name, lines, events, isBroken: events.length < lines.length };
    });
}

function parseLine(line: string): Recorded[] {
  try {
    return [JSON.parse(line)];
  } catch {
    return [];
  }
}

async function outcomeOf(textModel: TextModel) {
  try {
    return await textModel.answer(prompt, new AbortController().signal);
  } catch (error) {
    if (error instanceof ProviderFailure) return error;
    throw error;
  }
}

recorded('recorded streams', () => {
  for (const { name, lines, events, isBroken } of readRecordings('openai/src/responses/__fixtures__').flatMap(
    splitTurns,
  )) {
    it(`openai responses › ${name}`, async () => {
      server.play({ kind: 'EVENTS', frames: framings.openai(lines) });

      const outcome = await outcomeOf(openai);

      const last = events.findLast(({ type }) => /^response\.(completed|failed|incomplete)$/.test(type));
      if (last?.type === 'response.failed') {
        expect(outcome).toMatchObject({ name: 'ProviderFailure', outcome: 'QUOTA' });
        return;
      }
      if (!last || isBroken) {
        expect(outcome).toMatchObject({ name: 'ProviderFailure', outcome: 'SERVER_ERROR' });
        return;
      }
      const text = events
        .map((event) => (event.type === 'response.output_text.delta' ? event.delta : ''))
        .join('');
      const { input_tokens, input_tokens_details, output_tokens, output_tokens_details } =
        last.response.usage;
      expect(outcome).toMatchObject({
        text,
        usage: {
          inputTokens: input_tokens,
          cachedInputTokens: input_tokens_details.cached_tokens,
          outputTokens: output_tokens,
          reasoningTokens: output_tokens_details.reasoning_tokens,
        },
      });
    });
  }

  for (const { name, lines, events } of readRecordings('anthropic/src/__fixtures__').flatMap(splitTurns)) {
    it(`anthropic messages › ${name}`, async () => {
      server.play({ kind: 'EVENTS', frames: framings.anthropic(lines) });

      const outcome = await outcomeOf(anthropic);

      const delta = events.findLast(({ type }) => type === 'message_delta');
      const isWhole = events.some(({ type }) => type === 'message_stop');
      if (!isWhole || delta?.delta.stop_reason === 'refusal') {
        const expected = isWhole ? 'REFUSED' : 'SERVER_ERROR';
        expect(outcome).toMatchObject({ name: 'ProviderFailure', outcome: expected });
        return;
      }
      const text = events
        .map((event) => (event.type === 'content_block_delta' ? (event.delta.text ?? '') : ''))
        .join('');
      const { usage } = delta ?? events.find(({ type }) => type === 'message_start').message;
      expect(outcome).toMatchObject({ text, usage: { outputTokens: usage.output_tokens } });
    });
  }

  for (const folder of ['openai/src/chat/__fixtures__', 'openai-compatible/src/chat/__fixtures__']) {
    for (const { name, lines, events } of readRecordings(folder)) {
      it(`chat completions › ${name}`, async () => {
        server.play({ kind: 'EVENTS', frames: framings.chat(lines) });

        const outcome = await outcomeOf(together);

        const text = events.map((event) => event.choices?.[0]?.delta?.content ?? '').join('');
        const usage = events.findLast((event) => event.usage)?.usage;
        expect(outcome).toMatchObject({
          text,
          ...(usage
            ? { usage: { inputTokens: usage.prompt_tokens, outputTokens: usage.completion_tokens } }
            : {}),
        });
      });
    }
  }

  it('openai › an error body is classified', async () => {
    const errors = {
      'openai/src/responses/__fixtures__/openai-error.1.json': [429, 'QUOTA'],
      'openai/src/chat/__fixtures__/reasoning-model-legacy-parameter-error.json': [400, 'SERVER_ERROR'],
    } as const;
    for (const [file, [status, expected]] of Object.entries(errors)) {
      const body = JSON.parse(readFileSync(join(recordings, file), 'utf8'));
      server.play({ kind: 'JSON', status, body });
      expect(await outcomeOf(openai)).toMatchObject({ outcome: expected, httpStatus: status });
      expect(server.seen).toHaveLength(1);
    }
  });
});
