import { describe, expect, it } from '@jest/globals';
import { defaultFieldResolver, isObjectType } from 'graphql';
import { schema } from './schema.ts';

/** Fields that a row or view answers by a property of the same name. */
const answeredByProperty = (type: string) => !['Query', 'Mutation'].includes(type);

describe('the schema', () => {
  it('resolves every root field', () => {
    for (const type of Object.values(schema.getTypeMap())) {
      if (!isObjectType(type) || type.name.startsWith('_') || answeredByProperty(type.name)) continue;
      for (const field of Object.values(type.getFields())) {
        expect([field.name, field.resolve !== undefined && field.resolve !== defaultFieldResolver]).toEqual([
          field.name,
          true,
        ]);
      }
    }
  });
});
