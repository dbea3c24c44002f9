import { draftSchemas } from '../draft/draft.ts';
import type { DraftHost } from '../embedded/draft-host.ts';
import { embeddedModel } from '../model/model.ts';
import { type Provider, ProviderFailure } from './provider.ts';

/** The provider that needs no key and no network, and is always the last to be tried. */
export const createEmbeddedProvider = (host: DraftHost): Provider => ({
  model: embeddedModel,
  draft: async ({ kind, text, language, style, count, difficulty, types }, signal) => {
    const draft = await host.draft({ kind, text, language, style, count, difficulty, types }, signal);
    if (!draftSchemas[draft.kind].safeParse(draft).success) {
      throw new ProviderFailure(
        'INVALID_OUTPUT',
        'The text is too short or says too little to make this from it.',
      );
    }
    return { draft, usage: null, httpStatus: null, timeToFirstTokenMs: null };
  },
});
