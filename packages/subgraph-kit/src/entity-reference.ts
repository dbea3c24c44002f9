/** Another subgraph's entity: the gateway fetches the rest from its owner. */
export interface EntityReference {
  readonly id: string;
}
