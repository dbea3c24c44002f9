import {
  type ConstDirectiveNode,
  type DocumentNode,
  isTypeDefinitionNode,
  Kind,
  type TypeDefinitionNode,
  type TypeNode,
} from 'graphql';

interface Marked {
  readonly directives?: readonly ConstDirectiveNode[] | undefined;
}

const namedType = (type: TypeNode): string =>
  type.kind === Kind.NAMED_TYPE ? type.name.value : namedType(type.type);

/** The types that a definition leads to by its members that are shown. */
function leadsTo(node: TypeDefinitionNode, isHidden: (node: Marked) => boolean): string[] {
  switch (node.kind) {
    case Kind.OBJECT_TYPE_DEFINITION:
    case Kind.INTERFACE_TYPE_DEFINITION:
      return [
        ...(node.interfaces ?? []).map(({ name }) => name.value),
        ...(node.fields ?? [])
          .filter((field) => !isHidden(field))
          .flatMap(({ type, arguments: given = [] }) => [
            namedType(type),
            ...given.filter((argument) => !isHidden(argument)).map((argument) => namedType(argument.type)),
          ]),
      ];
    case Kind.UNION_TYPE_DEFINITION:
      return (node.types ?? []).map(({ name }) => name.value);
    case Kind.INPUT_OBJECT_TYPE_DEFINITION:
      return (node.fields ?? []).filter((field) => !isHidden(field)).map(({ type }) => namedType(type));
    default:
      return [];
  }
}

/** Objects and interfaces by the interfaces they implement. */
function listImplementations(document: DocumentNode): Map<string, string[]> {
  const implementations = new Map<string, string[]>();
  for (const node of document.definitions) {
    if (node.kind !== Kind.OBJECT_TYPE_DEFINITION && node.kind !== Kind.INTERFACE_TYPE_DEFINITION) continue;
    for (const { name } of node.interfaces ?? []) {
      implementations.set(name.value, [...(implementations.get(name.value) ?? []), node.name.value]);
    }
  }
  return implementations;
}

/** The names of all types that a client can come by: from the roots and the arguments of directives. */
export function listReachableTypes(
  document: DocumentNode,
  isHidden: (node: Marked) => boolean,
): ReadonlySet<string> {
  const types = new Map(
    document.definitions.filter(isTypeDefinitionNode).map((node) => [node.name.value, node]),
  );
  const implementations = listImplementations(document);
  const queue = document.definitions.flatMap((node) => {
    if (node.kind === Kind.SCHEMA_DEFINITION) return node.operationTypes.map(({ type }) => namedType(type));
    if (node.kind === Kind.DIRECTIVE_DEFINITION)
      return (node.arguments ?? []).map(({ type }) => namedType(type));
    return [];
  });
  const reached = new Set<string>();
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    const node = types.get(name);
    if (!node || reached.has(name) || isHidden(node)) continue;
    reached.add(name);
    queue.push(...leadsTo(node, isHidden), ...(implementations.get(name) ?? []));
  }
  return reached;
}
