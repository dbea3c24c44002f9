import type { SendToSubgraph } from '../execution/fetch-step.ts';

/** The scope that opens a subgraph to a key, for reads and for writes; true: every key; absent: none. */
export interface SubgraphReach {
  readonly read?: string | true | undefined;
  readonly write?: string | true | undefined;
}

const refused = {
  data: null,
  errors: [{ message: "This is outside of the API key's scopes.", extensions: { code: 'FORBIDDEN' } }],
};

/**
 * Holds API keys to the subgraphs that their scopes open. Access directives alone do not: most of them only ask for
 * somebody who is signed in, and a key is to do less than its owner.
 */
export function withinReach(
  send: SendToSubgraph,
  reach: Readonly<Record<string, SubgraphReach>>,
): SendToSubgraph {
  return async (request) => {
    const { apiKey, viewer } = request.scope;
    if (!apiKey) return send(request);
    const subgraph = Object.hasOwn(reach, request.service) ? reach[request.service] : undefined;
    const opener = request.kind === 'mutation' ? subgraph?.write : subgraph?.read;
    const held: readonly string[] = viewer?.scopes ?? [];
    const isOpen = opener === true || (opener !== undefined && held.includes(opener));
    return isOpen ? send(request) : refused;
  };
}
