import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { composeServices } from '@apollo/composition';
import { domainPorts, type SubgraphName } from '@studymate/contracts';
import { parseSdl } from '@studymate/subgraph-kit/sdl';
import {
  buildSchema,
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  lexicographicSortSchema,
  parse,
  printSchema,
} from 'graphql';
import { readConfig } from '../gateway/src/config.ts';
import { contractSchema } from '../gateway/src/supergraph/contract.ts';
import { accessTable } from './access-table.ts';
import { root } from './launcher/workspace.ts';
import { relaySdl } from './relay-sdl.ts';

const inRoot = (path: string) => join(root, path);
const apiPath = 'schema/api.graphql';

/** The subgraphs do not fit together, or one cannot be read; each problem is one line. */
export class CompositionError extends Error {
  constructor(problems: readonly string[]) {
    super(problems.map((problem) => `✗ ${problem}`).join('\n'));
  }
}

export interface ClientSchema {
  readonly path: string;
  /** Null for a schema that is new. */
  readonly committed: GraphQLSchema | null;
  readonly composed: GraphQLSchema;
}

export interface ComposedSchemas {
  readonly names: readonly SubgraphName[];
  /** What is to be written, by path in the checkout. */
  readonly outputs: Readonly<Record<string, string>>;
  readonly hints: readonly string[];
  /** The schemas that clients see, as they are committed and as they compose now. */
  readonly clientSchemas: readonly ClientSchema[];
}

function readDocument(name: SubgraphName): DocumentNode {
  try {
    return parseSdl(name);
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    const line = error.locations?.[0]?.line;
    const place = line === undefined ? '' : `, line ${line} counted from schema/shared.graphql`;
    throw new CompositionError([`[${name}] ${error.message}${place}`]);
  }
}

function readCommitted(path: string): GraphQLSchema | null {
  return existsSync(inRoot(path)) ? buildSchema(readFileSync(inRoot(path), 'utf8')) : null;
}

const printSorted = (schema: GraphQLSchema): string => `${printSchema(lexicographicSortSchema(schema))}\n`;

/** What clients of each of the gateway's variants see, by path. */
function composeVariants(supergraph: string): Record<string, string> {
  const document = parse(supergraph, { noLocation: true });
  const entries = Object.entries(readConfig({}).variants).map(([name, filter]) => {
    try {
      return [`schema/variants/${name}.graphql`, printSorted(contractSchema(document, filter))] as const;
    } catch (error) {
      throw new CompositionError([
        `[variant ${name}] ${error instanceof Error ? error.message : String(error)}`,
      ]);
    }
  });
  return Object.fromEntries(entries);
}

/** Composes all subgraphs as they are written now; throws a {@link CompositionError} in the composer's own words. */
export function composeSchemas(): ComposedSchemas {
  const owners = readdirSync(inRoot('schema/subgraphs'))
    .map((file) => file.replace(/\.graphql$/, '') as SubgraphName)
    .filter((name) => name !== 'relay')
    .sort();
  const documents = new Map<SubgraphName, DocumentNode>(owners.map((name) => [name, readDocument(name)]));
  const relay = relaySdl([...documents.values()]);
  documents.set('relay', parse(relay));
  const result = composeServices(
    [...documents].map(([name, typeDefs]) => ({
      name,
      url: `http://127.0.0.1:${domainPorts[name] ?? 4000}/graphql`,
      typeDefs,
    })),
  );
  if (result.errors) throw new CompositionError(result.errors.map(({ message }) => message));
  const supergraph = `${result.supergraphSdl.trimEnd()}\n`;
  const api = printSorted(result.schema.toAPISchema().toGraphQLJSSchema());
  const variants = composeVariants(supergraph);
  return {
    names: [...documents.keys()],
    outputs: {
      'schema/subgraphs/relay.graphql': relay,
      'schema/supergraph.graphql': supergraph,
      [apiPath]: api,
      ...variants,
      'docs/access.md': accessTable(supergraph),
    },
    // The enum of a directive that only subgraphs have is used by no field.
    hints: result.hints
      .filter(({ definition }) => definition.code !== 'UNUSED_ENUM_TYPE')
      .map((hint) => hint.toString()),
    clientSchemas: Object.entries({ [apiPath]: api, ...variants }).map(([path, text]) => ({
      path,
      committed: readCommitted(path),
      composed: buildSchema(text),
    })),
  };
}

export function writeSchemas({ outputs }: ComposedSchemas): void {
  for (const [path, text] of Object.entries(outputs)) writeFileSync(inRoot(path), text);
}

/** The committed files that are not what the subgraphs compose to. */
export const listStale = ({ outputs }: ComposedSchemas): string[] =>
  Object.entries(outputs)
    .filter(([path, text]) => !existsSync(inRoot(path)) || readFileSync(inRoot(path), 'utf8') !== text)
    .map(([path]) => path);
