import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { composeServices } from '@apollo/composition';
import { domainPorts, type SubgraphName } from '@studymate/contracts';
import { parseSdl } from '@studymate/subgraph-kit/sdl';
import {
  buildSchema,
  type DocumentNode,
  findBreakingChanges,
  type GraphQLError,
  lexicographicSortSchema,
  printSchema,
} from 'graphql';
import { accessTable } from './access-table.ts';
import { relaySdl } from './relay-sdl.ts';

const supergraphPath = 'schema/supergraph.graphql';
const apiPath = 'schema/api.graphql';
const accessPath = 'docs/access.md';

const owners = readdirSync('schema/subgraphs')
  .map((file) => file.replace(/\.graphql$/, '') as SubgraphName)
  .filter((name) => name !== 'relay')
  .sort();
const names: readonly SubgraphName[] = [...owners, 'relay'];

/** A subgraph's SDL; ends the script in plain words when it cannot be read. */
function readDocument(name: SubgraphName): DocumentNode {
  try {
    return parseSdl(name);
  } catch (error) {
    const { message, locations } = error as GraphQLError;
    console.error(
      `✗ [${name}] ${message}${locations ? `, line ${locations[0]?.line} counted from schema/shared.graphql` : ''}`,
    );
    return process.exit(1);
  }
}

writeFileSync('schema/subgraphs/relay.graphql', relaySdl(owners.map(readDocument)));

/** Composes all subgraphs; exits with the composer's own words when they do not fit together. */
function compose() {
  const result = composeServices(
    names.map((name) => ({
      name,
      url: `http://127.0.0.1:${domainPorts[name] ?? 4000}/graphql`,
      typeDefs: readDocument(name),
    })),
  );
  if (result.errors) {
    for (const error of result.errors) console.error(`✗ ${error.message}`);
    process.exit(1);
  }
  for (const hint of result.hints) console.warn(`hint: ${hint.toString()}`);
  return {
    supergraph: `${result.supergraphSdl.trimEnd()}\n`,
    api: `${printSchema(lexicographicSortSchema(result.schema.toAPISchema().toGraphQLJSSchema()))}\n`,
  };
}

/** What clients of the committed schema would lose. */
function breakingChanges(api: string): string[] {
  if (!existsSync(apiPath)) return [];
  return findBreakingChanges(buildSchema(readFileSync(apiPath, 'utf8')), buildSchema(api)).map(
    ({ description }) => description,
  );
}

const { supergraph, api } = compose();
const isCheck = process.argv.includes('--check');
const broken = breakingChanges(api);
if (broken.length > 0 && !process.argv.includes('--allow-breaking')) {
  console.error(`✗ ${broken.length} breaking changes (pass --allow-breaking if they are meant):`);
  for (const change of broken) console.error(`  ${change}`);
  process.exit(1);
}
const outputs = { [supergraphPath]: supergraph, [apiPath]: api, [accessPath]: accessTable(supergraph) };
for (const [path, text] of Object.entries(outputs)) {
  if (!isCheck) writeFileSync(path, text);
  else if (!existsSync(path) || readFileSync(path, 'utf8') !== text) {
    console.error(`✗ ${path} is out of date: run pnpm compose and commit it.`);
    process.exitCode = 1;
  }
}
console.log(`✓ composed ${names.length} subgraphs: ${names.join(', ')}`);
