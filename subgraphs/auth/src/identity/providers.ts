import type { Config } from '../config.ts';
import { createGithubProvider } from './github.provider.ts';
import { createGoogleProvider } from './google.provider.ts';
import type { Providers } from './identity-provider.ts';

/** The providers that have their keys in the environment. */
export const createProviders = ({ google, github }: Config['providers']): Providers => ({
  GOOGLE: google && createGoogleProvider(google),
  GITHUB: github && createGithubProvider(github),
});
