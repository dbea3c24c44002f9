import { type DocumentNode, Kind } from 'graphql';

/** The subgraphs of a supergraph (`@join__graph`) and where it says they are. */
function declaredUrls(supergraph: DocumentNode): Map<string, string> {
  const urls = new Map<string, string>();
  for (const definition of supergraph.definitions) {
    if (definition.kind !== Kind.ENUM_TYPE_DEFINITION || definition.name.value !== 'join__Graph') continue;
    for (const { directives } of definition.values ?? []) {
      const given = directives?.find(({ name }) => name.value === 'join__graph')?.arguments;
      const textOf = (argument: string) => {
        const value = given?.find(({ name }) => name.value === argument)?.value;
        return value?.kind === Kind.STRING ? value.value : null;
      };
      const name = textOf('name');
      if (name !== null) urls.set(name, textOf('url') ?? '');
    }
  }
  return urls;
}

const isLoopback = ({ hostname }: URL): boolean => hostname === '127.0.0.1' || hostname === 'localhost';

function overrideUrl(name: string, declared: string, env: NodeJS.ProcessEnv): string {
  const variable = name.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_');
  const given = env[`${variable}_URL`];
  if (given !== undefined && /^https?:\/\//.test(given)) {
    const url = new URL(given);
    if (url.pathname === '/' && URL.canParse(declared)) url.pathname = new URL(declared).pathname;
    return url.toString();
  }
  const port = env[`${variable}_PORT`];
  if (port === undefined || !/^\d+$/.test(port) || !URL.canParse(declared)) return declared;
  const url = new URL(declared);
  if (isLoopback(url)) url.port = port;
  return url.toString();
}

/**
 * Where each subgraph is: `<NAME>_URL` of the environment (its path, when it has none, from the supergraph), or
 * the supergraph's own URL, with `<NAME>_PORT` when that is on this machine.
 */
export function readSubgraphUrls(
  supergraph: DocumentNode,
  env: NodeJS.ProcessEnv,
): ReadonlyMap<string, string> {
  return new Map([...declaredUrls(supergraph)].map(([name, url]) => [name, overrideUrl(name, url, env)]));
}
