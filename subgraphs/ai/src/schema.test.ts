import { describe, expect, it } from '@jest/globals';
import { isObjectType } from 'graphql';
import { generationResolvers } from './generation/generation.resolvers.ts';
import { modelResolvers } from './model/model.resolvers.ts';
import { schema } from './schema.ts';
import { usageResolvers } from './usage/usage.resolvers.ts';

const answered = [generationResolvers, modelResolvers, usageResolvers].flatMap((map) =>
  Object.entries(map).flatMap(([type, fields]) => Object.keys(fields).map((field) => `${type}.${field}`)),
);

/** Another subgraph's entities, and the error types that all subgraphs share. */
const describedElsewhere = /^(?:Query|Mutation|User|Material|Summary|Quiz|Deck|PageInfo|.*Error)$/;

describe('the ai schema', () => {
  it("resolves every root field, and everything that it adds to other subgraphs' entities", () => {
    for (const name of ['Query', 'Mutation', 'User', 'Material']) {
      const type = schema.getType(name);
      const fields = isObjectType(type) ? Object.keys(type.getFields()) : [];
      const own = fields.filter((field) => field !== 'id' && !field.startsWith('_'));
      expect(answered).toEqual(expect.arrayContaining(own.map((field) => `${name}.${field}`)));
    }
  });

  it('describes every type', () => {
    const silent = Object.values(schema.getTypeMap()).filter(
      (type) =>
        isObjectType(type) &&
        !type.name.startsWith('_') &&
        !type.description &&
        !describedElsewhere.test(type.name),
    );
    expect(silent.map(({ name }) => name)).toEqual([]);
  });
});
