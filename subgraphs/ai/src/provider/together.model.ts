import Together from 'together-ai';
import { z } from 'zod';
import type { Model } from '../model/model.ts';
import { toProviderFailure } from './api-failure.ts';
import type { Prompt } from './prompt.ts';
import { ProviderFailure, type TokenUsage } from './provider.ts';
import {
  createTextCollector,
  type ProviderAccess,
  silentLogger,
  type TextModel,
  type TextReply,
} from './text-model.ts';

/** What we read of a chat completion chunk: Together's, and those of servers that speak the same protocol. */
const chunkSchema = z.object({
  choices: z
    .array(
      z.object({
        delta: z.object({ content: z.string().nullish(), refusal: z.string().nullish() }).nullish(),
        finish_reason: z.string().nullish(),
      }),
    )
    .default([]),
  usage: z
    .object({
      prompt_tokens: z.number(),
      completion_tokens: z.number(),
      prompt_tokens_details: z.object({ cached_tokens: z.number().nullish() }).nullish(),
      completion_tokens_details: z.object({ reasoning_tokens: z.number().nullish() }).nullish(),
    })
    .nullish(),
});

type Chunk = z.output<typeof chunkSchema>;

const usageOf = ({ usage }: Chunk): TokenUsage | null =>
  usage
    ? {
        inputTokens: usage.prompt_tokens,
        cachedInputTokens: usage.prompt_tokens_details?.cached_tokens ?? 0,
        outputTokens: usage.completion_tokens,
        reasoningTokens: usage.completion_tokens_details?.reasoning_tokens ?? 0,
      }
    : null;

/** A model that Together serves, through its chat completions. */
export function createTogetherModel(model: Model, { apiKey, baseUrl }: ProviderAccess): TextModel {
  const client = new Together({
    apiKey,
    maxRetries: 0,
    logger: silentLogger,
    ...(baseUrl === undefined ? {} : { baseURL: baseUrl }),
  });
  return {
    model,
    answer: async ({ instructions, input, schema, maxOutputTokens }: Prompt, signal) => {
      try {
        const { data, response } = await client.chat.completions
          .create(
            {
              model: model.name,
              messages: [
                { role: 'system', content: instructions },
                { role: 'user', content: input },
              ],
              max_tokens: maxOutputTokens,
              stream: true,
              response_format: {
                type: 'json_schema',
                json_schema: { name: 'study_material', strict: true, schema },
              },
            },
            { signal },
          )
          .withResponse();
        return await readStream(data, response.status);
      } catch (error) {
        throw toProviderFailure(error);
      }
    },
  };
}

async function readStream(chunks: AsyncIterable<unknown>, httpStatus: number): Promise<TextReply> {
  const collected = createTextCollector();
  let usage: TokenUsage | null = null;
  let finishReason: string | null = null;
  let refusal = '';
  for await (const raw of chunks) {
    const chunk = chunkSchema.parse(raw);
    usage = usageOf(chunk) ?? usage;
    const [choice] = chunk.choices;
    collected.add(choice?.delta?.content ?? '');
    refusal += choice?.delta?.refusal ?? '';
    finishReason = choice?.finish_reason ?? finishReason;
  }
  const details = { httpStatus, usage, timeToFirstTokenMs: collected.timeToFirstTokenMs() };
  if (refusal !== '' || finishReason === 'content_filter')
    throw new ProviderFailure('REFUSED', refusal, details);
  if (finishReason === null) throw new ProviderFailure('SERVER_ERROR', 'The stream broke off.', details);
  if (finishReason === 'length') {
    throw new ProviderFailure('INVALID_OUTPUT', 'The answer was cut off at the token limit.', details);
  }
  return { text: collected.text(), ...details };
}
