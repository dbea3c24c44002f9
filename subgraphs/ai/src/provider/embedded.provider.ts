import { draftSchemas } from '../draft/draft.ts';
import { draftFromText } from '../embedded/embedded-draft.ts';
import { embeddedModel } from '../model/model.ts';
import { type Provider, ProviderFailure } from './provider.ts';

/** The provider that needs no key and no network, and is always the last to be tried. */
export const embeddedProvider: Provider = {
  model: embeddedModel,
  draft: async (request, signal) => {
    signal.throwIfAborted();
    const draft = await draftFromText(request);
    if (!draftSchemas[draft.kind].safeParse(draft).success) {
      throw new ProviderFailure(
        'INVALID_OUTPUT',
        'The text is too short or says too little to make this from it.',
      );
    }
    return { draft, usage: null, httpStatus: null, timeToFirstTokenMs: null };
  },
};
