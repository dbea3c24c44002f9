import type { Model } from '../model/model.ts';
import { embeddedProvider } from './embedded.provider.ts';
import type { Provider } from './provider.ts';

/** The provider of each model, with keys and addresses from the environment. */
export function connectProviders(
  models: readonly Model[],
  _env: NodeJS.ProcessEnv = process.env,
): Provider[] {
  return models.flatMap(({ provider }) => (provider === 'embedded' ? [embeddedProvider] : []));
}
