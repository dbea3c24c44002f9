import { type NodeTypename, notFound, type Viewer } from '@studymate/contracts';

/** Everything in this subgraph is its owner's alone, administrators included. */
export const canUse = (viewer: Viewer | null, row: { readonly ownerId: string }): boolean =>
  viewer?.id === row.ownerId;

/** The row when it is the viewer's, else null: what is not there and what is another's look the same. */
export const ownOrNull = <Row extends { readonly ownerId: string }>(
  viewer: Viewer | null,
  row: Row | null,
): Row | null => (row && canUse(viewer, row) ? row : null);

/** The row when it is the viewer's; throws NOT_FOUND for what is not there and for what is another's. */
export function requireOwn<Row extends { readonly ownerId: string }>(
  viewer: Viewer | null,
  row: Row | null,
  typename: NodeTypename,
): Row {
  if (!row || !canUse(viewer, row)) throw notFound(typename);
  return row;
}
