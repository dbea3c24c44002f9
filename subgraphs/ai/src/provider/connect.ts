import { canConnect, type HealthCheck, readEnv } from '@studymate/runtime';
import { z } from 'zod';
import type { DraftHost } from '../embedded/draft-host.ts';
import type { Model } from '../model/model.ts';
import { createAnthropicModel } from './anthropic.model.ts';
import { createEmbeddedProvider } from './embedded.provider.ts';
import { createOpenAiModel } from './openai.model.ts';
import { createPromptedProvider } from './prompted.provider.ts';
import type { Provider } from './provider.ts';
import { createTogetherModel } from './together.model.ts';

const environment = z.object({
  OPENAI_API_KEY: z.string().default(''),
  OPENAI_BASE_URL: z.url().optional(),
  ANTHROPIC_API_KEY: z.string().default(''),
  ANTHROPIC_BASE_URL: z.url().optional(),
  TOGETHER_API_KEY: z.string().default(''),
  TOGETHER_BASE_URL: z.url().optional(),
});

/** The provider of each model, with keys and addresses from the environment. */
export function connectProviders(models: readonly Model[], host: DraftHost, env = process.env): Provider[] {
  const settings = readEnv(environment, env);
  const textModels = {
    openai: (model: Model) =>
      createOpenAiModel(model, { apiKey: settings.OPENAI_API_KEY, baseUrl: settings.OPENAI_BASE_URL }),
    anthropic: (model: Model) =>
      createAnthropicModel(model, {
        apiKey: settings.ANTHROPIC_API_KEY,
        baseUrl: settings.ANTHROPIC_BASE_URL,
      }),
    together: (model: Model) =>
      createTogetherModel(model, { apiKey: settings.TOGETHER_API_KEY, baseUrl: settings.TOGETHER_BASE_URL }),
  };
  return models.map((model) =>
    model.provider === 'embedded'
      ? createEmbeddedProvider(host)
      : createPromptedProvider(textModels[model.provider](model)),
  );
}

/** For each vendor that we have a key of: whether its API takes connections. */
export function vendorChecks(env = process.env): Record<string, HealthCheck> {
  const settings = readEnv(environment, env);
  const vendors = [
    ['openai', settings.OPENAI_API_KEY, settings.OPENAI_BASE_URL ?? 'https://api.openai.com'],
    ['anthropic', settings.ANTHROPIC_API_KEY, settings.ANTHROPIC_BASE_URL ?? 'https://api.anthropic.com'],
    ['together', settings.TOGETHER_API_KEY, settings.TOGETHER_BASE_URL ?? 'https://api.together.xyz'],
  ] as const;
  return Object.fromEntries(
    vendors.flatMap(([name, key, url]) => (key === '' ? [] : [[name, () => canConnect(url)]])),
  );
}
