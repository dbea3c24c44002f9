import { typenameOf } from '@studymate/contracts';
import { type GraphQLSchema, isInterfaceType, isUnionType } from 'graphql';
import { isErrorType } from './results.ts';

const read = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;

/**
 * Tells the concrete type of a union's or interface's value: its `__typename`, else the type its opaque id
 * belongs to, else the single member that is no error. Types that bring their own answer keep it.
 */
export function resolveAbstractTypes(schema: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if ((!isUnionType(type) && !isInterfaceType(type)) || type.name.startsWith('_') || type.resolveType)
      continue;
    const possible = schema.getPossibleTypes(type);
    const names = new Set(possible.map(({ name }) => name));
    const successes = possible.filter((member) => !isErrorType(member));
    type.resolveType = (value) => {
      const typename = read(value, '__typename');
      if (typeof typename === 'string') return typename;
      const id = read(value, 'id');
      const byId = typeof id === 'string' ? typenameOf(id) : null;
      if (byId && names.has(byId)) return byId;
      return successes.length === 1 ? successes[0]?.name : undefined;
    };
  }
}
