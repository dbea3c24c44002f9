import OpenAI from 'openai';
import type { ResponseStreamEvent, ResponseUsage } from 'openai/resources/responses/responses';
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

const usageOf = (usage: ResponseUsage | null | undefined): TokenUsage | null =>
  usage
    ? {
        inputTokens: usage.input_tokens,
        cachedInputTokens: usage.input_tokens_details?.cached_tokens ?? 0,
        outputTokens: usage.output_tokens,
        reasoningTokens: usage.output_tokens_details?.reasoning_tokens ?? 0,
      }
    : null;

/** A model of OpenAI, through the Responses API. */
export function createOpenAiModel(model: Model, { apiKey, baseUrl }: ProviderAccess): TextModel {
  const client = new OpenAI({
    apiKey,
    maxRetries: 0,
    logger: silentLogger,
    ...(baseUrl === undefined ? {} : { baseURL: baseUrl }),
  });
  return {
    model,
    answer: async ({ instructions, input, schema, maxOutputTokens }: Prompt, signal) => {
      try {
        const { data, response } = await client.responses
          .create(
            {
              model: model.name,
              instructions,
              input,
              max_output_tokens: maxOutputTokens,
              store: false,
              stream: true,
              text: { format: { type: 'json_schema', name: 'study_material', strict: true, schema } },
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
  events: AsyncIterable<ResponseStreamEvent>,
  httpStatus: number,
): Promise<TextReply> {
  const collected = createTextCollector();
  for await (const event of events) {
    switch (event.type) {
      case 'response.output_text.delta':
        collected.add(event.delta);
        break;
      case 'response.refusal.done':
        throw new ProviderFailure('REFUSED', event.refusal, { httpStatus });
      case 'response.incomplete':
        throw incomplete(
          event.response.incomplete_details?.reason,
          usageOf(event.response.usage),
          httpStatus,
        );
      case 'response.failed':
        throw toProviderFailure(event.response.error, { httpStatus, usage: usageOf(event.response.usage) });
      case 'error':
        throw toProviderFailure('error' in event ? event.error : event, { httpStatus });
      case 'response.completed':
        return {
          text: collected.text(),
          usage: usageOf(event.response.usage),
          httpStatus,
          timeToFirstTokenMs: collected.timeToFirstTokenMs(),
        };
      default:
    }
  }
  const timeToFirstTokenMs = collected.timeToFirstTokenMs();
  throw new ProviderFailure('SERVER_ERROR', 'The stream broke off.', { httpStatus, timeToFirstTokenMs });
}

const incomplete = (reason: string | undefined, usage: TokenUsage | null, httpStatus: number) =>
  reason === 'content_filter'
    ? new ProviderFailure('REFUSED', 'The content filter stopped the answer.', { usage, httpStatus })
    : new ProviderFailure('INVALID_OUTPUT', 'The answer was cut off at the token limit.', {
        usage,
        httpStatus,
      });
