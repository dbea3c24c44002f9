import { Supergraph } from '@apollo/federation-internals';
import {
  type ConstDirectiveNode,
  type DefinitionNode,
  type DocumentNode,
  type GraphQLSchema,
  isTypeDefinitionNode,
  Kind,
  parse,
  type TypeDefinitionNode,
} from 'graphql';
import { readLinkedFeatures } from './linked-features.ts';
import { listReachableTypes } from './reachable-types.ts';
import { withoutSecurityPurpose } from './security-features.ts';

/** What a variant shows of a supergraph, by the `@tag`s of its elements. */
export interface ContractFilter {
  /** Empty: everything that is not excluded. */
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  /** Whether types that no shown field leads to are left out. */
  readonly hideUnreachable: boolean;
}

interface Directives {
  readonly tag: ReadonlySet<string>;
  readonly inaccessible: string;
}

interface Tagged {
  readonly directives?: readonly ConstDirectiveNode[] | undefined;
}

const identityOf = (name: string) => `https://specs.apollo.dev/${name}`;

const inaccessibleDefinition = parse(
  'directive @inaccessible on FIELD_DEFINITION | OBJECT | INTERFACE | UNION | ARGUMENT_DEFINITION | SCALAR | ENUM | ENUM_VALUE | INPUT_OBJECT | INPUT_FIELD_DEFINITION',
  { noLocation: true },
).definitions;

const schemaLink = parse(
  `schema @link(url: "${identityOf('inaccessible')}/v0.2", for: SECURITY) { query: Query }`,
  { noLocation: true },
).definitions.flatMap((node) => (node.kind === Kind.SCHEMA_DEFINITION ? (node.directives ?? []) : []));

/** Links `@inaccessible` where a supergraph has not needed it so far. */
function linkInaccessible(supergraph: DocumentNode): DocumentNode {
  const definitions = supergraph.definitions.map((node): DefinitionNode => {
    if (node.kind !== Kind.SCHEMA_DEFINITION) return node;
    return { ...node, directives: [...(node.directives ?? []), ...schemaLink] };
  });
  return { ...supergraph, definitions: [...definitions, ...inaccessibleDefinition] };
}

const tagsOf = ({ directives = [] }: Tagged, { tag }: Directives): string[] =>
  directives.flatMap(({ name, arguments: given }) => {
    const value = given?.find((argument) => argument.name.value === 'name')?.value;
    return tag.has(name.value) && value?.kind === Kind.STRING ? [value.value] : [];
  });

const isHidden = ({ directives = [] }: Tagged, { inaccessible }: Directives): boolean =>
  directives.some(({ name }) => name.value === inaccessible);

const hide = <T extends Tagged>(node: T, directives: Directives): T =>
  isHidden(node, directives)
    ? node
    : {
        ...node,
        directives: [
          ...(node.directives ?? []),
          { kind: Kind.DIRECTIVE, name: { kind: Kind.NAME, value: directives.inaccessible } },
        ],
      };

/** Marks one type and its members by the filter. */
function createMarking({ include, exclude }: ContractFilter, directives: Directives) {
  const meets = (tags: readonly string[], wanted: readonly string[]) =>
    tags.some((tag) => wanted.includes(tag));
  const unlessExcluded = <T extends Tagged>(node: T): T =>
    meets(tagsOf(node, directives), exclude) ? hide(node, directives) : node;
  const ifIncluded = <T extends Tagged>(node: T, ofParent: readonly string[]): T => {
    const tags = [...ofParent, ...tagsOf(node, directives)];
    const isShown = (include.length === 0 || meets(tags, include)) && !meets(tags, exclude);
    return isShown ? node : hide(node, directives);
  };

  return (node: TypeDefinitionNode): TypeDefinitionNode => {
    switch (node.kind) {
      case Kind.OBJECT_TYPE_DEFINITION:
      case Kind.INTERFACE_TYPE_DEFINITION: {
        const ofType = tagsOf(node, directives);
        const fields = (node.fields ?? []).map((field) =>
          ifIncluded({ ...field, arguments: (field.arguments ?? []).map(unlessExcluded) }, ofType),
        );
        const marked = unlessExcluded({ ...node, fields });
        return fields.every((field) => isHidden(field, directives)) ? hide(marked, directives) : marked;
      }
      case Kind.UNION_TYPE_DEFINITION:
        return ifIncluded(node, []);
      case Kind.ENUM_TYPE_DEFINITION:
        return unlessExcluded({ ...node, values: (node.values ?? []).map(unlessExcluded) });
      case Kind.INPUT_OBJECT_TYPE_DEFINITION:
        return unlessExcluded({ ...node, fields: (node.fields ?? []).map(unlessExcluded) });
      case Kind.SCALAR_TYPE_DEFINITION:
        return unlessExcluded(node);
    }
  };
}

/**
 * The supergraph with everything `@inaccessible` that the filter leaves out, by the rules of Apollo's contracts: an
 * include list decides over fields of objects and interfaces and over unions; an exclude list over every element; a
 * type's tags are those of its fields; an object without fields to show is not shown.
 */
export function applyContract(supergraph: DocumentNode, filter: ContractFilter): DocumentNode {
  const features = readLinkedFeatures(supergraph);
  const named = (name: string) => features.filter(({ identity }) => identity === identityOf(name));
  const linked = named('inaccessible').length > 0 ? supergraph : linkInaccessible(supergraph);
  const directives: Directives = {
    tag: new Set(named('tag').map((feature) => feature.directiveName('tag'))),
    inaccessible: named('inaccessible')[0]?.directiveName('inaccessible') ?? 'inaccessible',
  };
  const isOfFeature = ({ name }: TypeDefinitionNode) =>
    features.some(({ namespace }) => name.value.startsWith(`${namespace}__`));
  const mark = createMarking(filter, directives);
  const marked = {
    ...linked,
    definitions: linked.definitions.map((node) =>
      isTypeDefinitionNode(node) && !isOfFeature(node) ? mark(node) : node,
    ),
  };
  if (!filter.hideUnreachable) return marked;
  const reachable = listReachableTypes(marked, (node) => isHidden(node, directives));
  return {
    ...marked,
    definitions: marked.definitions.map((node) =>
      isTypeDefinitionNode(node) && !isOfFeature(node) && !reachable.has(node.name.value)
        ? hide(node, directives)
        : node,
    ),
  };
}

/**
 * What clients of a variant see. Throws an Error when the filter leaves no valid schema, as when a field is shown
 * and its type, or an argument that it cannot do without, is not.
 */
export function contractSchema(supergraph: DocumentNode, filter: ContractFilter): GraphQLSchema {
  const sdl = withoutSecurityPurpose(applyContract(supergraph, filter));
  return Supergraph.build(sdl, { validateSupergraph: false }).apiSchema().toGraphQLJSSchema();
}
