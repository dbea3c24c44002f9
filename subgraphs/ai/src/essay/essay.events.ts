import type { EventHandlers } from '@studymate/contracts';
import type { Context } from '../context.ts';
import type { DraftHost } from '../embedded/draft-host.ts';
import { detectLanguage, studyLanguages } from '../language/language.ts';
import { embeddedModel, modelId } from '../model/model.ts';

const patienceMs = 15_000;

/**
 * Proposes points for essays that wait for a grade. The embedded rules do it for every essay at no cost; nobody has
 * set credits aside for a vendor's model.
 */
export const essayEvents = (host: Pick<DraftHost, 'assess'>) =>
  ({
    'quiz.essay.submitted': async (context, { itemId, userId, language, ...essay }) => {
      const known = studyLanguages.find((each) => each === language?.split('-')[0]);
      const scores = await host.assess(
        { ...essay, language: known ?? detectLanguage(essay.text) },
        AbortSignal.timeout(patienceMs),
      );
      await context.events.publish('ai.essay.assessed', {
        itemId,
        userId,
        model: modelId(embeddedModel),
        scores,
      });
    },
  }) satisfies Pick<EventHandlers<'ai', Context>, 'quiz.essay.submitted'>;
