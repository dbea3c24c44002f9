import {
  type DocumentNode,
  type FieldNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  isAbstractType,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import type { AccessIndex } from './access-index.ts';
import type { AccessProfile, RequirementSets } from './decide.ts';
import { identityOf } from './decide.ts';
import type { Refusal, Requirement } from './requirement.ts';

/**
 * The types whose rules a mention of a field is held to: the type it is selected on, and when that is an
 * interface every object it may turn out to be.
 */
function typesBehind(schema: GraphQLSchema, type: GraphQLNamedType): string[] {
  if (!isAbstractType(type)) return [type.name];
  return [type.name, ...schema.getPossibleTypes(type).map(({ name }) => name)];
}

type OnField = (node: FieldNode, typename: string) => void;

function visitFields(schema: GraphQLSchema, document: DocumentNode, onField: OnField): void {
  const info = new TypeInfo(schema);
  visit(
    document,
    visitWithTypeInfo(info, {
      Field: (node) => {
        const parent = info.getParentType();
        if (!parent || node.name.value.startsWith('__')) return;
        for (const typename of typesBehind(schema, parent)) onField(node, typename);
      },
    }),
  );
}

/** Every combination of requirements that the document's fields ask for. */
export function listRequirementSets(
  schema: GraphQLSchema,
  document: DocumentNode,
  index: AccessIndex,
): RequirementSets {
  const sets = new Map<string, readonly Requirement[]>();
  visitFields(schema, document, (node, typename) => {
    const requirements = index.requirementsOf(typename, node.name.value);
    if (requirements.length > 0) sets.set(identityOf(requirements), requirements);
  });
  return sets;
}

/** The mentions of fields that the viewer is refused, and why. */
export function listRefusedFields(
  schema: GraphQLSchema,
  document: DocumentNode,
  profile: AccessProfile,
): ReadonlyMap<FieldNode, Refusal> {
  const refused = new Map<FieldNode, Refusal>();
  visitFields(schema, document, (node, typename) => {
    const refusal = profile.refusalOf(typename, node.name.value);
    if (refusal !== null) refused.set(node, refusal);
  });
  return refused;
}
