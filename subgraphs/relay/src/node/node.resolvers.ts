import { findNode, findNodes } from './node.service.ts';

export const nodeResolvers = {
  Query: {
    node: (_root: unknown, { id }: { readonly id: string }) => findNode(id),
    nodes: (_root: unknown, { ids }: { readonly ids: readonly string[] }) => findNodes(ids),
  },
};
