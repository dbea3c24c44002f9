import { type DirectiveNode, type DocumentNode, Kind, type ValueNode, valueFromASTUntyped } from 'graphql';

/** A specification that a supergraph links (link/v1.0), and what its elements are called in it. */
export interface LinkedFeature {
  /** `https://specs.apollo.dev/authenticated`. */
  readonly identity: string;
  /** `authenticated`. */
  readonly name: string;
  readonly version: string;
  readonly purpose: string | null;
  /** What the names of its elements begin with in the supergraph: `join` of `join__Graph`. */
  readonly namespace: string;
  /** What the supergraph calls the feature's directive of that name. */
  directiveName(name: string): string;
}

function argumentOf(directive: DirectiveNode, name: string): ValueNode | undefined {
  return directive.arguments?.find((argument) => argument.name.value === name)?.value;
}

const textOf = (value: ValueNode | undefined): string | null =>
  value?.kind === Kind.STRING || value?.kind === Kind.ENUM ? value.value : null;

/** Names under which `@link(import: …)` brings elements in, by the names they have in their specification. */
function importsOf(directive: DirectiveNode): ReadonlyMap<string, string> {
  const value = argumentOf(directive, 'import');
  const imports = new Map<string, string>();
  if (value?.kind !== Kind.LIST) return imports;
  for (const item of value.values) {
    const read: unknown = valueFromASTUntyped(item);
    if (typeof read === 'string') imports.set(read, read);
    else if (typeof read === 'object' && read !== null && 'name' in read && typeof read.name === 'string') {
      imports.set(read.name, 'as' in read && typeof read.as === 'string' ? read.as : read.name);
    }
  }
  return imports;
}

function readFeature(directive: DirectiveNode): LinkedFeature | null {
  const url = textOf(argumentOf(directive, 'url')) ?? textOf(argumentOf(directive, 'feature'));
  const parts = url === null ? null : /^(.*\/([^/]+))\/(v\d+\.\d+)\/?$/.exec(url);
  if (!parts) return null;
  const [, identity = '', name = '', version = ''] = parts;
  const namespace = textOf(argumentOf(directive, 'as')) ?? name;
  const imports = importsOf(directive);
  return {
    identity,
    name,
    version,
    purpose: textOf(argumentOf(directive, 'for')),
    namespace,
    directiveName: (element) => {
      const imported = imports.get(`@${element}`);
      if (imported !== undefined) return imported.slice(1);
      return element === name ? namespace : `${namespace}__${element}`;
    },
  };
}

/** The features a supergraph's schema definition links. */
export const readLinkedFeatures = (supergraph: DocumentNode): LinkedFeature[] =>
  supergraph.definitions.flatMap((definition) => {
    if (definition.kind !== Kind.SCHEMA_DEFINITION && definition.kind !== Kind.SCHEMA_EXTENSION) return [];
    return (definition.directives ?? [])
      .filter(({ name }) => name.value === 'link' || name.value === 'core')
      .flatMap((directive) => readFeature(directive) ?? []);
  });
