import {
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  Kind,
  type TypeDefinitionNode,
  type TypeNode,
  valueFromASTUntyped,
} from 'graphql';
import { readLinkedFeatures } from '../supergraph/linked-features.ts';

/** How long a list may be (`@listSize`). */
export interface ListSize {
  readonly assumedSize: number | null;
  readonly slicingArguments: readonly string[];
  /** Fields of the result that are the lists; none: the field itself is. */
  readonly sizedFields: readonly string[];
  /** Default values of the slicing arguments. */
  readonly defaults: Readonly<Record<string, number>>;
}

export interface FieldCost {
  /** Name of the type the field answers. */
  readonly typename: string;
  readonly isList: boolean;
  readonly weight: number;
  readonly listSize: ListSize | null;
}

/** What every field costs, by type and name; null for one that is not known. */
export type CostIndex = (typename: string, fieldName: string) => FieldCost | null;

const namedTypeOf = (type: TypeNode): string =>
  type.kind === Kind.NAMED_TYPE ? type.name.value : namedTypeOf(type.type);
const isList = (type: TypeNode): boolean =>
  type.kind === Kind.LIST_TYPE || (type.kind === Kind.NON_NULL_TYPE && isList(type.type));

const readArgument = (directive: ConstDirectiveNode | undefined, name: string): unknown => {
  const value = directive?.arguments?.find((argument) => argument.name.value === name)?.value;
  return value && valueFromASTUntyped(value);
};

const texts = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];

function readListSize(field: FieldDefinitionNode, name: string): ListSize | null {
  const directive = field.directives?.find((applied) => applied.name.value === name);
  if (!directive) return null;
  const assumed = readArgument(directive, 'assumedSize');
  const slicingArguments = texts(readArgument(directive, 'slicingArguments'));
  const defaults: Record<string, number> = {};
  for (const { name: argument, defaultValue } of field.arguments ?? []) {
    const value: unknown = defaultValue && valueFromASTUntyped(defaultValue);
    if (typeof value === 'number') defaults[argument.value] = value;
  }
  return {
    assumedSize: typeof assumed === 'number' ? assumed : null,
    slicingArguments,
    sizedFields: texts(readArgument(directive, 'sizedFields')),
    defaults,
  };
}

const isTypeDefinition = (node: { kind: string }): node is TypeDefinitionNode =>
  node.kind.endsWith('TypeDefinition');
const leafKinds: ReadonlySet<string> = new Set([Kind.SCALAR_TYPE_DEFINITION, Kind.ENUM_TYPE_DEFINITION]);
const builtIn = new Set(['ID', 'String', 'Int', 'Float', 'Boolean']);

/** Reads `@cost` and `@listSize` (IBM's GraphQL cost specification) out of a supergraph. */
export function createCostIndex(supergraph: DocumentNode): CostIndex {
  const feature = readLinkedFeatures(supergraph).find(({ name }) => name === 'cost');
  const costName = feature?.directiveName('cost') ?? 'cost';
  const listSizeName = feature?.directiveName('listSize') ?? 'listSize';
  const types = new Map(
    supergraph.definitions.filter(isTypeDefinition).map((definition) => [definition.name.value, definition]),
  );

  const weightOf = (directives: readonly ConstDirectiveNode[] = []): number | null => {
    const weight = readArgument(
      directives.find(({ name }) => name.value === costName),
      'weight',
    );
    return typeof weight === 'number' ? weight : null;
  };
  const weightOfType = (name: string): number => {
    const type = types.get(name);
    if (!type) return builtIn.has(name) ? 0 : 1;
    return weightOf(type.directives) ?? (leafKinds.has(type.kind) ? 0 : 1);
  };

  const costs = new Map<string, FieldCost>();
  for (const [typename, type] of types) {
    if (!('fields' in type)) continue;
    for (const field of type.fields ?? []) {
      if (field.kind !== Kind.FIELD_DEFINITION) continue;
      const result = namedTypeOf(field.type);
      costs.set(`${typename}.${field.name.value}`, {
        typename: result,
        isList: isList(field.type),
        weight: weightOf(field.directives) ?? weightOfType(result),
        listSize: readListSize(field, listSizeName),
      });
    }
  }
  return (typename, fieldName) => costs.get(`${typename}.${fieldName}`) ?? null;
}
