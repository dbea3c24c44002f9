import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { CodegenConfig } from '@graphql-codegen/cli';

/**
 * What a resolver's parent is, per subgraph, in `subgraphs/<name>/codegen.json`: a Prisma `row` of the same
 * name, a bare `{ id }` reference to another subgraph's entity, or a named view type.
 */
interface Parents {
  readonly rows?: readonly string[];
  readonly references?: readonly string[];
  readonly mappers?: Readonly<Record<string, string>>;
}

const scalars = {
  ID: 'string',
  DateTime: 'Date',
  Date: 'string',
  TimeZone: 'string',
  Locale: 'string',
  Duration: 'string',
  Markdown: 'string',
  URL: 'string',
  Probability: 'number',
  JSON: 'unknown',
};
const wireScalars = { ...scalars, DateTime: 'string' };
const bothWays = (types: Record<string, string>) =>
  Object.fromEntries(Object.entries(types).map(([name, type]) => [name, { input: type, output: type }]));

const shared = {
  useTypeImports: true,
  enumsAsTypes: true,
  immutableTypes: true,
  defaultScalarType: 'never',
  inputMaybeValue: 'T | null | undefined',
};

function parentsOf(name: string): Record<string, string> {
  const path = `subgraphs/${name}/codegen.json`;
  const parents: Parents = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {};
  return {
    ...Object.fromEntries(
      (parents.rows ?? []).map((row) => [row, `@studymate/database/${name}#${row} as ${row}Row`]),
    ),
    ...Object.fromEntries(
      (parents.references ?? []).map((type) => [type, '@studymate/subgraph-kit#EntityReference']),
    ),
    ...parents.mappers,
  };
}

const resolversOf = (name: string): CodegenConfig['generates'] => ({
  [`subgraphs/${name}/src/__generated__/resolvers.ts`]: {
    schema:
      name === 'relay'
        ? `schema/subgraphs/${name}.graphql`
        : ['schema/shared.graphql', `schema/subgraphs/${name}.graphql`],
    plugins: ['typescript', 'typescript-resolvers'],
    config: {
      ...shared,
      federation: true,
      makeResolverTypeCallable: false,
      contextType: '../context.ts#Context',
      mappers: parentsOf(name),
      scalars: bothWays({ ...scalars, _Any: 'Record<string, unknown>', FieldSet: 'string' }),
    },
  },
});

const wanted = process.env.CODEGEN_ONLY?.split(',');
const subgraphs = readdirSync('schema/subgraphs')
  .map((file) => file.replace(/\.graphql$/, ''))
  .filter((name) => existsSync(`subgraphs/${name}/src`) && (wanted?.includes(name) ?? true));

const client: CodegenConfig['generates'] =
  existsSync('schema/api.graphql') && (wanted?.includes('client') ?? true)
    ? {
        'packages/client/src/__generated__/graphql.ts': {
          schema: 'schema/api.graphql',
          documents: 'packages/client/src/operations/**/*.graphql',
          plugins: ['typescript-operations', 'typed-document-node'],
          config: { ...shared, skipTypename: false, scalars: bothWays(wireScalars) },
        },
      }
    : {};

const config: CodegenConfig = {
  silent: true,
  generates: { ...Object.assign({}, ...subgraphs.map(resolversOf)), ...client },
};

export default config;
