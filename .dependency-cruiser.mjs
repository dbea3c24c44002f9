/** Who may import whom. The arrows in docs/architecture.md and these rules say the same thing. */
const tests = '\\.test\\.ts$|(^|/)tests/|^promises/';

const only = (name, from, ...allowed) => ({
  name,
  severity: 'error',
  from: { path: from, pathNot: tests },
  to: { path: '^(gateway|subgraphs|packages|prisma|scripts)/', pathNot: allowed },
});

const packages = (...names) => `^packages/(${names.join('|')})/`;

export default {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    only('contracts-know-nothing', packages('contracts'), packages('contracts')),
    only('runtime-knows-contracts', packages('runtime'), packages('runtime', 'contracts')),
    only('database-is-a-leaf', packages('database'), packages('database', 'contracts', 'runtime')),
    only('cache-is-a-leaf', packages('cache'), packages('cache', 'contracts', 'runtime')),
    only('jobs-are-a-leaf', packages('jobs'), packages('jobs', 'contracts', 'runtime')),
    only('storage-is-a-leaf', packages('storage'), packages('storage', 'contracts', 'runtime')),
    only(
      'privacy-knows-no-subgraph',
      packages('privacy'),
      packages('privacy', 'contracts', 'runtime', 'database', 'jobs', 'storage', 'subgraph-kit'),
    ),
    only('mail-is-a-leaf', packages('mail'), packages('mail', 'contracts', 'runtime')),
    only(
      'kit-knows-no-subgraph',
      packages('subgraph-kit'),
      packages('subgraph-kit', 'contracts', 'runtime', 'cache', 'database', 'jobs'),
      '^schema/',
    ),
    only('gateway-knows-no-subgraph', '^gateway/', '^gateway/', packages('contracts', 'runtime')),
    only('subgraphs-stand-alone', '^subgraphs/([^/]+)/', '^subgraphs/$1/', '^packages/'),
    {
      name: 'a-subgraph-reads-its-own-database-only',
      severity: 'error',
      from: { path: '^subgraphs/([^/]+)/' },
      to: {
        path: '^packages/database/src/[a-z]+\\.ts$',
        pathNot: '^packages/database/src/($1|index|encryption)\\.ts$',
      },
    },
    {
      name: 'resolvers-services-policies-never-load-prisma',
      severity: 'error',
      from: { path: '\\.(resolvers|service|policy)\\.ts$' },
      to: {
        path: '__generated__/.*/client|@prisma/client|^packages/database/src/[a-z]+\\.ts$',
        pathNot: 'database/src/index\\.ts$',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'services-know-no-graphql',
      severity: 'error',
      from: { path: '\\.(service|policy|repository)\\.ts$' },
      to: { path: '(^|/)node_modules/(graphql|@apollo|@graphql-tools)/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'testkit-is-for-tests',
      severity: 'error',
      from: { pathNot: `${tests}|^packages/testkit/|^jest\\.config\\.ts$` },
      to: { path: '^packages/testkit/' },
    },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '__generated__|/dist/' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.mjs', '.js', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
    },
  },
};
