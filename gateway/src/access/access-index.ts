import {
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  Kind,
  parse,
  type SelectionSetNode,
  type TypeDefinitionNode,
  type TypeNode,
  valueFromASTUntyped,
} from 'graphql';
import { readLinkedFeatures } from '../supergraph/linked-features.ts';
import type { Requirement } from './requirement.ts';

/** What every field of every object and interface asks of a viewer. */
export interface AccessIndex {
  /** All requirements on seeing the field of the type: its own, its type's, its result type's, its inputs'. */
  requirementsOf(typename: string, fieldName: string): readonly Requirement[];
  /** Every policy that the supergraph names. */
  readonly policies: ReadonlySet<string>;
}

interface Names {
  readonly authenticated: ReadonlySet<string>;
  readonly requiresScopes: ReadonlySet<string>;
  readonly policy: ReadonlySet<string>;
}

const isText = (value: unknown): value is string => typeof value === 'string';

function readSets(directive: ConstDirectiveNode, argumentName: string): string[][] {
  const value = directive.arguments?.find(({ name }) => name.value === argumentName)?.value;
  const read: unknown = value && valueFromASTUntyped(value);
  if (!Array.isArray(read)) return [];
  return read.map((set: unknown) => (Array.isArray(set) ? set.filter(isText) : isText(set) ? [set] : []));
}

function readRequirements(directives: readonly ConstDirectiveNode[] = [], names: Names): Requirement[] {
  return directives.flatMap((directive): Requirement[] => {
    const name = directive.name.value;
    if (names.authenticated.has(name)) return [{ kind: 'authenticated' }];
    if (names.requiresScopes.has(name)) return [{ kind: 'scopes', anyOf: readSets(directive, 'scopes') }];
    if (names.policy.has(name)) return [{ kind: 'policies', anyOf: readSets(directive, 'policies') }];
    return [];
  });
}

const namedTypeOf = (type: TypeNode): string =>
  type.kind === Kind.NAMED_TYPE ? type.name.value : namedTypeOf(type.type);

/** Selections that a subgraph demands before it can resolve the field (`@join__field(requires:)`). */
function requiredSelections(field: FieldDefinitionNode): SelectionSetNode[] {
  return (field.directives ?? [])
    .filter(({ name }) => name.value === 'join__field')
    .flatMap(({ arguments: given }) => {
      const value = given?.find(({ name }) => name.value === 'requires')?.value;
      if (value?.kind !== Kind.STRING) return [];
      const [definition] = parse(`{${value.value}}`, { noLocation: true }).definitions;
      return definition?.kind === Kind.OPERATION_DEFINITION ? [definition.selectionSet] : [];
    });
}

interface IndexedType {
  readonly own: readonly Requirement[];
  readonly fields: ReadonlyMap<string, FieldDefinitionNode>;
}

function indexType(definition: TypeDefinitionNode, names: Names): IndexedType {
  const fields = 'fields' in definition ? (definition.fields ?? []) : [];
  return {
    own: readRequirements(definition.directives, names),
    fields: new Map(
      fields.flatMap((field) => (field.kind === Kind.FIELD_DEFINITION ? [[field.name.value, field]] : [])),
    ),
  };
}

/** Answers the requirements of a field, remembered. Requirements of one field may lead back to it. */
function createRequirementLookup(types: ReadonlyMap<string, IndexedType>, names: Names) {
  const known = new Map<string, readonly Requirement[]>();

  const within = (set: SelectionSetNode, typename: string): Requirement[] =>
    set.selections.flatMap((selection) => {
      if (selection.kind === Kind.FRAGMENT_SPREAD) return [];
      if (selection.kind === Kind.INLINE_FRAGMENT) {
        return within(selection.selectionSet, selection.typeCondition?.name.value ?? typename);
      }
      const field = types.get(typename)?.fields.get(selection.name.value);
      const nested =
        selection.selectionSet && field ? within(selection.selectionSet, namedTypeOf(field.type)) : [];
      return [...find(typename, selection.name.value), ...nested];
    });

  const find = (typename: string, fieldName: string): readonly Requirement[] => {
    const key = `${typename}.${fieldName}`;
    const before = known.get(key);
    if (before) return before;
    const type = types.get(typename);
    const field = type?.fields.get(fieldName);
    known.set(key, type?.own ?? []);
    const all = [
      ...(type?.own ?? []),
      ...(field ? readRequirements(field.directives, names) : []),
      ...(field ? (types.get(namedTypeOf(field.type))?.own ?? []) : []),
      ...(field ? requiredSelections(field).flatMap((set) => within(set, typename)) : []),
    ];
    const distinct = [
      ...new Map(all.map((requirement) => [JSON.stringify(requirement), requirement])).values(),
    ];
    known.set(key, distinct);
    return distinct;
  };
  return find;
}

function listPolicies(types: ReadonlyMap<string, IndexedType>, names: Names): Set<string> {
  const directives = [...types.values()].flatMap(({ own, fields }) => [
    ...own,
    ...[...fields.values()].flatMap((field) => readRequirements(field.directives, names)),
  ]);
  return new Set(directives.flatMap((rule) => (rule.kind === 'policies' ? rule.anyOf.flat() : [])));
}

const isTypeDefinition = (node: { kind: string }): node is TypeDefinitionNode =>
  node.kind.endsWith('TypeDefinition');

/** Reads the rules out of a composed supergraph, whatever its directives are called there. */
export function createAccessIndex(supergraph: DocumentNode): AccessIndex {
  const features = readLinkedFeatures(supergraph);
  const namesOf = (name: string) =>
    new Set(
      features
        .filter(({ identity }) => identity === `https://specs.apollo.dev/${name}`)
        .map((feature) => feature.directiveName(name)),
    );
  const names: Names = {
    authenticated: namesOf('authenticated'),
    requiresScopes: namesOf('requiresScopes'),
    policy: namesOf('policy'),
  };
  const types = new Map(
    supergraph.definitions
      .filter(isTypeDefinition)
      .map((definition) => [definition.name.value, indexType(definition, names)]),
  );
  return { requirementsOf: createRequirementLookup(types, names), policies: listPolicies(types, names) };
}
