import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { parseSdl } from '@studymate/subgraph-kit';
import { resolvers } from './schema.ts';

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');

const prismaSchema = read('../../../prisma/auth/schema.prisma');
const { rows }: { rows: string[] } = JSON.parse(read('../codegen.json'));

/** The columns of a model, by which its fields answer without a resolver. */
const columnsOf = (model: string): Set<string> => {
  const body = new RegExp(`^model ${model} \\{(.*?)^\\}`, 'ms').exec(prismaSchema)?.[1] ?? '';
  return new Set([...body.matchAll(/^ {2}(\w+) /gm)].map(([, column = '']) => column));
};

const isResolved = (type: string, field: string): boolean =>
  resolvers.some((map: Record<string, object | undefined>) => Object.hasOwn(map[type] ?? {}, field));

it('answers every field of the SDL by a resolver or a column of the same name', () => {
  const answering = ['Query', 'Mutation', ...rows];
  const unanswered = parseSdl('auth').definitions.flatMap((node) => {
    if (node.kind !== 'ObjectTypeDefinition' || !answering.includes(node.name.value)) return [];
    const type = node.name.value;
    const fields = (node.fields ?? []).map(({ name }) => name.value);
    return fields
      .filter((field) => !isResolved(type, field) && !columnsOf(type).has(field))
      .map((field) => `${type}.${field}`);
  });
  expect(unanswered).toEqual([]);
});
