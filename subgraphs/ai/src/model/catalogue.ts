import { readEnv } from '@studymate/runtime';
import { z } from 'zod';
import { embeddedModel, type Model, type ProviderName } from './model.ts';

type KeyedProvider = Exclude<ProviderName, 'embedded'>;
type Prices = Pick<Model, 'inputMicrosPerMTok' | 'cachedInputMicrosPerMTok' | 'outputMicrosPerMTok'>;

const usd = 1_000_000;
const prices = (input: number, cachedInput: number, output: number): Prices => ({
  inputMicrosPerMTok: input * usd,
  cachedInputMicrosPerMTok: cachedInput * usd,
  outputMicrosPerMTok: output * usd,
});

/** List prices in US dollars for a million tokens: input, cached input, output. */
const knownModels: Readonly<Record<string, Prices & { readonly contextTokens: number }>> = {
  'gpt-4o-mini': { ...prices(0.15, 0.075, 0.6), contextTokens: 128_000 },
  'gpt-4o': { ...prices(2.5, 1.25, 10), contextTokens: 128_000 },
  'gpt-4.1-mini': { ...prices(0.4, 0.1, 1.6), contextTokens: 1_047_576 },
  'gpt-4.1-nano': { ...prices(0.1, 0.025, 0.4), contextTokens: 1_047_576 },
  'claude-haiku-4-5': { ...prices(1, 0.1, 5), contextTokens: 200_000 },
  'claude-sonnet-4-5': { ...prices(3, 0.3, 15), contextTokens: 200_000 },
  'meta-llama/Llama-3.3-70B-Instruct-Turbo': { ...prices(0.88, 0.88, 0.88), contextTokens: 131_072 },
};

const dollars = z.coerce.number().nonnegative().optional();
const name = z.string().min(1);
/** An empty variable is one that is not set. */
const key = z
  .string()
  .transform((value) => value || undefined)
  .optional();

const environment = z.object({
  OPENAI_API_KEY: key,
  OPENAI_MODEL: name.default('gpt-4o-mini'),
  OPENAI_INPUT_USD_PER_MTOK: dollars,
  OPENAI_OUTPUT_USD_PER_MTOK: dollars,
  ANTHROPIC_API_KEY: key,
  ANTHROPIC_MODEL: name.default('claude-haiku-4-5'),
  ANTHROPIC_INPUT_USD_PER_MTOK: dollars,
  ANTHROPIC_OUTPUT_USD_PER_MTOK: dollars,
  TOGETHER_API_KEY: key,
  TOGETHER_MODEL: name.default('meta-llama/Llama-3.3-70B-Instruct-Turbo'),
  TOGETHER_INPUT_USD_PER_MTOK: dollars,
  TOGETHER_OUTPUT_USD_PER_MTOK: dollars,
  /** The order in which providers with a key are tried. */
  AI_PROVIDERS: z
    .string()
    .default('openai,anthropic,together')
    .transform((list) => list.split(',').map((each) => each.trim().toLowerCase()))
    .pipe(z.array(z.enum(['openai', 'anthropic', 'together']))),
});

type Environment = z.output<typeof environment>;

const unknownContextTokens = 32_000;

/** The models that have a key, in the order of AI_PROVIDERS, and the embedded one. */
export function readModels(env: NodeJS.ProcessEnv = process.env): Model[] {
  const settings = readEnv(environment, env);
  const keyed = settings.AI_PROVIDERS.flatMap((provider) => modelOf(provider, settings) ?? []);
  return [...keyed, embeddedModel];
}

function modelOf(provider: KeyedProvider, settings: Environment): Model | null {
  const prefix = provider.toUpperCase() as Uppercase<KeyedProvider>;
  if (settings[`${prefix}_API_KEY`] === undefined) return null;
  const model = settings[`${prefix}_MODEL`];
  const input = settings[`${prefix}_INPUT_USD_PER_MTOK`];
  const output = settings[`${prefix}_OUTPUT_USD_PER_MTOK`];
  const known = knownModels[model];
  if (input !== undefined && output !== undefined) {
    const contextTokens = known?.contextTokens ?? unknownContextTokens;
    return { provider, name: model, contextTokens, ...prices(input, input, output) };
  }
  if (!known) {
    throw new Error(
      `Set ${prefix}_INPUT_USD_PER_MTOK and ${prefix}_OUTPUT_USD_PER_MTOK: the price of ${model} is not known.`,
    );
  }
  return { provider, name: model, ...known };
}
