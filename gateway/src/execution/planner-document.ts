import { type DocumentNode, type FieldNode, Kind, type SelectionSetNode, visit } from 'graphql';
import { inclusionOf } from './conditions.ts';
import { privateKeyOf, responseKeyOf } from './private-keys.ts';

const typename: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } };

const isIntrospection = ({ name }: FieldNode): boolean =>
  name.value === '__schema' || name.value === '__type';

const orTypename = (set: SelectionSetNode): SelectionSetNode =>
  set.selections.length > 0 ? set : { ...set, selections: [typename] };

/**
 * The operation as the planner gets it: without fields that are refused, never included, or answered by the
 * gateway itself; with private keys (see `privateKeyOf`) and every `__typename` under its own name.
 */
export function toPlannerDocument(
  document: DocumentNode,
  options: { readonly reserved: ReadonlySet<string>; readonly isRefused: (field: FieldNode) => boolean },
): DocumentNode {
  return visit(document, {
    SelectionSet: { leave: orTypename },
    InlineFragment: (fragment) => (inclusionOf(fragment) === 'never' ? null : undefined),
    FragmentSpread: (spread) => (inclusionOf(spread) === 'never' ? null : undefined),
    Field: {
      enter: (field) =>
        options.isRefused(field) || isIntrospection(field) || inclusionOf(field) === 'never'
          ? null
          : undefined,
      leave: (field) => {
        if (field.name.value === '__typename') return { ...field, alias: undefined };
        const key = privateKeyOf(field, options.reserved);
        return key === responseKeyOf(field)
          ? undefined
          : { ...field, alias: { kind: Kind.NAME, value: key } };
      },
    },
  });
}

/** Whether any field is left for a subgraph to answer. */
export function asksSubgraphs(document: DocumentNode): boolean {
  const fragments = new Map(
    document.definitions.flatMap((node) =>
      node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node]] : [],
    ),
  );
  const asks = (set: SelectionSetNode): boolean =>
    set.selections.some((selection) => {
      if (selection.kind === Kind.FIELD) return selection.name.value !== '__typename';
      const within =
        selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
      return within !== undefined && asks(within.selectionSet);
    });
  const operation = document.definitions.find((node) => node.kind === Kind.OPERATION_DEFINITION);
  return operation?.kind === Kind.OPERATION_DEFINITION && asks(operation.selectionSet);
}
