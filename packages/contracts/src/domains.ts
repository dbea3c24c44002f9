/** Every subgraph that owns data, with the port its server listens on unless `<NAME>_PORT` says otherwise. */
export const domainPorts = {
  auth: 4001,
  study: 4002,
  quiz: 4003,
  subscription: 4004,
  notification: 4005,
  ai: 4006,
  personalization: 4007,
  relay: 4008,
} as const;

export type SubgraphName = keyof typeof domainPorts;
export type Domain = Exclude<SubgraphName, 'relay'>;
