import Anthropic from '@anthropic-ai/sdk';
import type { MessageDeltaUsage, RawMessageStreamEvent, Usage } from '@anthropic-ai/sdk/resources/messages';
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

/** Anthropic counts input that it read from or wrote to its cache apart; for us it is all input. */
function usageOf(start: Usage | null, end: MessageDeltaUsage | null): TokenUsage | null {
  if (!start && !end) return null;
  const cached = end?.cache_read_input_tokens ?? start?.cache_read_input_tokens ?? 0;
  const written = end?.cache_creation_input_tokens ?? start?.cache_creation_input_tokens ?? 0;
  return {
    inputTokens: (end?.input_tokens ?? start?.input_tokens ?? 0) + cached + written,
    cachedInputTokens: cached,
    outputTokens: end?.output_tokens ?? start?.output_tokens ?? 0,
    reasoningTokens: end?.output_tokens_details?.thinking_tokens ?? 0,
  };
}

/** A model of Anthropic, through the Messages API. */
export function createAnthropicModel(model: Model, { apiKey, baseUrl }: ProviderAccess): TextModel {
  const client = new Anthropic({
    apiKey,
    maxRetries: 0,
    logger: silentLogger,
    ...(baseUrl === undefined ? {} : { baseURL: baseUrl }),
  });
  return {
    model,
    answer: async ({ instructions, input, schema, maxOutputTokens }: Prompt, signal) => {
      try {
        const { data, response } = await client.messages
          .create(
            {
              model: model.name,
              system: instructions,
              messages: [{ role: 'user', content: input }],
              max_tokens: maxOutputTokens,
              stream: true,
              output_config: { format: { type: 'json_schema', schema } },
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

async function readStream(
  events: AsyncIterable<RawMessageStreamEvent>,
  httpStatus: number,
): Promise<TextReply> {
  const collected = createTextCollector();
  let atStart: Usage | null = null;
  let atEnd: MessageDeltaUsage | null = null;
  let stopReason: string | null = null;
  for await (const event of events) {
    if (event.type === 'message_start') atStart = event.message.usage;
    if (event.type === 'content_block_start' && event.content_block.type === 'text')
      collected.add(event.content_block.text);
    if (event.type === 'content_block_delta' && event.delta.type === 'text_delta')
      collected.add(event.delta.text);
    if (event.type === 'message_delta') {
      stopReason = event.delta.stop_reason ?? stopReason;
      atEnd = event.usage;
    }
    if (event.type === 'message_stop') {
      const usage = usageOf(atStart, atEnd);
      const details = { httpStatus, usage, timeToFirstTokenMs: collected.timeToFirstTokenMs() };
      if (stopReason === 'refusal')
        throw new ProviderFailure('REFUSED', 'The model declined to answer.', details);
      if (stopReason === 'max_tokens' || stopReason === 'model_context_window_exceeded') {
        throw new ProviderFailure('INVALID_OUTPUT', 'The answer was cut off at the token limit.', details);
      }
      return { text: collected.text(), ...details };
    }
  }
  const timeToFirstTokenMs = collected.timeToFirstTokenMs();
  throw new ProviderFailure('SERVER_ERROR', 'The stream broke off.', { httpStatus, timeToFirstTokenMs });
}
