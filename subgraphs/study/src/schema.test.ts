import { describe, expect, it } from '@jest/globals';
import { isObjectType } from 'graphql';
import { schema } from './schema.ts';

/** Fields that the rows, views and references behind these types hold under their own name. */
const isPlain = (type: string) =>
  /Error$|Connection$|Edge$|^(PageInfo|SessionInterval|SourceSpan|ProgressPoint|StreakDay|ActivityDay|StudyStats|DeckCounts|ReviewPreview|ReviewQueue|ReviewQueueItem|SyncReviewsPayload|RejectedReview|Upload|HttpHeader|CardsCreated|StreakUpdated)$/.test(
    type,
  );

describe('the study schema', () => {
  it('resolves every root field', () => {
    for (const root of [schema.getQueryType(), schema.getMutationType()]) {
      const missing = Object.values(root?.getFields() ?? {}).filter(({ resolve }) => !resolve);
      expect(missing.map(({ name }) => name)).toEqual([]);
    }
  });

  it('describes every type', () => {
    const silent = Object.values(schema.getTypeMap()).filter(
      (type) => isObjectType(type) && !type.name.startsWith('_') && !type.description && !isPlain(type.name),
    );
    expect(
      silent.map(({ name }) => name).filter((name) => !['Query', 'Mutation', 'User'].includes(name)),
    ).toEqual([]);
  });
});
