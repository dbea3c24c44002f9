import { readFileSync } from 'node:fs';
import type { SubgraphPlan } from './plan.ts';

const sdl = ({ camel, pascal }: SubgraphPlan) => `type Query {
  "The note, or null when it does not exist or is not the viewer's to read."
  ${camel}Note(id: ID!): ${pascal}Note @authenticated
}

"A first entity, to be replaced by the domain's own."
type ${pascal}Note @key(fields: "id") {
  id: ID!
  text: String!
}
`;

const database = ({ name, pascal }: SubgraphPlan) =>
  readFileSync('packages/database/src/quiz.ts', 'utf8').replaceAll('quiz', name).replaceAll('Quiz', pascal);

const prismaConfig = ({ name, constant }: SubgraphPlan) =>
  readFileSync('prisma/quiz/prisma.config.ts', 'utf8').replaceAll('quiz', name).replaceAll('QUIZ', constant);

/** The generator and platform models are the same in every domain: they are taken from one that is there. */
function prismaSchema({ name, pascal }: SubgraphPlan): string {
  const model = readFileSync('prisma/quiz/schema.prisma', 'utf8');
  const head = model.slice(0, model.indexOf('}', model.indexOf('datasource')) + 1).replaceAll('quiz', name);
  const platform = ['OutboxEntry', 'InboxEntry', 'IdempotencyRecord'].map((entry) => {
    const start = model.indexOf(`model ${entry} {`);
    return model.slice(start, model.indexOf('\n}', start) + 2);
  });
  const note = `model ${pascal}Note {\n  id      String @id\n  ownerId String\n  text    String\n\n  @@index([ownerId])\n}`;
  return `${[head, note, ...platform].join('\n\n')}\n`;
}

const packageJson = ({ name }: SubgraphPlan) => {
  const ours = (...names: string[]) => names.map((each) => [`@studymate/${each}`, 'workspace:*']);
  const others = (...names: string[]) => names.map((each) => [each, 'catalog:']);
  const content = {
    name: `@studymate/${name}`,
    version: '0.1.0',
    private: true,
    type: 'module',
    exports: { '.': './src/index.ts' },
    dependencies: Object.fromEntries([
      ...ours('contracts', 'database', 'runtime', 'subgraph-kit'),
      ...others('dataloader', 'graphql', 'zod'),
    ]),
    devDependencies: Object.fromEntries([...others('@jest/globals'), ...ours('testkit')]),
  };
  return `${JSON.stringify(content, null, 2)}\n`;
};

/** The files of a new subgraph outside its own sources, by path in the checkout. */
export const sharedFiles = (plan: SubgraphPlan): Record<string, string> => ({
  [`subgraphs/${plan.name}/package.json`]: packageJson(plan),
  [`schema/subgraphs/${plan.name}.graphql`]: sdl(plan),
  [`prisma/${plan.name}/schema.prisma`]: prismaSchema(plan),
  [`prisma/${plan.name}/prisma.config.ts`]: prismaConfig(plan),
  [`packages/database/src/${plan.name}.ts`]: database(plan),
});

/** Adds a line behind the one that a marker ends with. */
const addAfter = (path: string, marker: string, line: string): [string, string] => {
  const text = readFileSync(path, 'utf8');
  const at = text.indexOf(marker);
  if (at < 0) throw new Error(`${path} has no line “${marker}”`);
  return [path, `${text.slice(0, at + marker.length)}\n${line}${text.slice(at + marker.length)}`];
};

/** The registrations of a new subgraph in files that are there. */
export const registrations = ({ name, port }: SubgraphPlan): Record<string, string> =>
  Object.fromEntries([
    addAfter('packages/contracts/src/domains.ts', 'relay: 4008,', `  ${name}: ${port},`),
    addAfter('helm/studymate/values.yaml', 'port: 4008 }', `  ${name}: { port: ${port} }`),
    addAfter(
      'packages/database/package.json',
      '".": "./src/index.ts",',
      `    "./${name}": "./src/${name}.ts",`,
    ),
  ]);
