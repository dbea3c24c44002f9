import { describe, expect, it } from '@jest/globals';
import { isObjectType } from 'graphql';
import { schema } from './schema.ts';

const types = Object.values(schema.getTypeMap());

/** Types whose values have every field under its own name: answers, scores and statistics made for them. */
const isPlain = (name: string) =>
  /Error$|Edge$|Response$|Statistics$|^(PageInfo|Startability|AttemptProgress|Score|AnswerKey|KeyRule|Choice|Gap|GapValue|MatchPair|DistractorStat)$/.test(
    name,
  );

const describedElsewhere = ['Query', 'Mutation', 'User', 'Subject', 'Skill'];

describe('the quiz schema', () => {
  it('resolves every root field', () => {
    for (const root of [schema.getQueryType(), schema.getMutationType()]) {
      const missing = Object.values(root?.getFields() ?? {}).filter(({ resolve }) => !resolve);
      expect(missing.map(({ name }) => name)).toEqual([]);
    }
  });

  it('describes every type that its fields do not explain', () => {
    const silent = types.filter(
      (type) => isObjectType(type) && !type.name.startsWith('_') && !type.description && !isPlain(type.name),
    );
    expect(silent.map(({ name }) => name).filter((name) => !describedElsewhere.includes(name))).toEqual([]);
  });
});
