import type { SubgraphPlan } from './plan.ts';

const context = ({
  pascal,
  name,
}: SubgraphPlan) => `import type { ${pascal}Database } from '@studymate/database/${name}';
import { contextFactory, type SubgraphContext } from '@studymate/subgraph-kit';
import { createNoteRepository, type NoteRepository } from './note/note.repository.ts';

/** Everything one request may touch. Built once per request, passed first to every service. */
export interface Context extends SubgraphContext<Context> {
  readonly notes: NoteRepository;
}

export const createContext = contextFactory<${pascal}Database, object, Context>((database, base) => ({
  ...base,
  notes: createNoteRepository(database),
}));
`;

const config = ({ constant, port }: SubgraphPlan) => `import { z } from 'zod';

export const configSchema = z
  .object({ ${constant}_PORT: z.coerce.number().int().min(0).default(${port}) })
  .transform((env) => ({ port: env.${constant}_PORT }));
`;

const index = ({ name, pascal }: SubgraphPlan) => `import { canReach } from '@studymate/database';
import { connect${pascal} } from '@studymate/database/${name}';
import { createLogger, databaseUrlOf, readEnv, redisUrlOf } from '@studymate/runtime';
import { startOutboxRelay, startSubgraph } from '@studymate/subgraph-kit';
import { configSchema } from './config.ts';
import { createContext } from './context.ts';
import { schema } from './schema.ts';

/** Starts the ${name} subgraph. */
export async function start(env: NodeJS.ProcessEnv = process.env) {
  const { port } = readEnv(configSchema, env);
  const database = connect${pascal}(databaseUrlOf('${name}', env));
  const logger = createLogger('${name}-relay');
  const relay = startOutboxRelay({ domain: '${name}', database, redisUrl: redisUrlOf(env), logger });
  const server = await startSubgraph({
    name: '${name}',
    schema,
    port,
    env,
    isReady: () => canReach(database),
    createContext: (scope) => createContext({ database, resources: {}, afterCommit: relay.wake, ...scope }),
  });
  const stop = async () => {
    await server.stop();
    await relay.stop();
    await database.$disconnect();
  };
  return { ...server, stop };
}
`;

const main = ({ name }: SubgraphPlan) => `import { createLogger, stopOnSignals } from '@studymate/runtime';
import { start } from './index.ts';

const server = await start();
stopOnSignals(server.stop, createLogger('${name}'));
`;

const schema = ({ name }: SubgraphPlan) => `import { buildSubgraph } from '@studymate/subgraph-kit';
import { noteResolvers } from './note/note.resolvers.ts';

export const schema = buildSubgraph({ name: '${name}', resolvers: [noteResolvers] });
`;

const resolvers = ({
  camel,
}: SubgraphPlan) => `import type { Resolvers } from '../__generated__/resolvers.ts';
import { findNote } from './note.service.ts';

export const noteResolvers = {
  Query: {
    ${camel}Note: (_root, { id }, context) => findNote(context, id),
  },
} satisfies Resolvers;
`;

const service = ({
  name,
  pascal,
}: SubgraphPlan) => `import type { ${pascal}Note } from '@studymate/database/${name}';
import type { Context } from '../context.ts';
import { canReadNote } from './note.policy.ts';

/** The note, or null when it does not exist or is not the viewer's to read. */
export async function findNote(context: Context, id: string): Promise<${pascal}Note | null> {
  const note = await context.notes.find(id);
  return note && canReadNote(context.viewer, note) ? note : null;
}
`;

const policy = ({ name, pascal }: SubgraphPlan) => `import type { Viewer } from '@studymate/contracts';
import type { ${pascal}Note } from '@studymate/database/${name}';

export const canReadNote = (viewer: Viewer | null, note: ${pascal}Note): boolean => viewer?.id === note.ownerId;
`;

const repository = ({
  name,
  camel,
  pascal,
}: SubgraphPlan) => `import type { ${pascal}Database, ${pascal}Note } from '@studymate/database/${name}';
import DataLoader from 'dataloader';

export type NoteRepository = ReturnType<typeof createNoteRepository>;

/** Reads note rows. Knows SQL, not who is asking. One per request, so \`find\` batches. */
export function createNoteRepository(database: ${pascal}Database) {
  const byId = new DataLoader<string, ${pascal}Note | null>(async (ids) => {
    const notes = await database.${camel}Note.findMany({ where: { id: { in: [...ids] } } });
    const found = new Map(notes.map((note) => [note.id, note]));
    return ids.map((id) => found.get(id) ?? null);
  });
  return { find: (id: string) => byId.load(id) };
}
`;

const test = ({
  name,
  camel,
  pascal,
}: SubgraphPlan) => `import { afterAll, describe, expect, it } from '@jest/globals';
import { connect${pascal} } from '@studymate/database/${name}';
import { asker, someViewer, testDatabase } from '@studymate/testkit';
import { createContext } from '../context.ts';
import { schema } from '../schema.ts';

const postgres = await testDatabase('${name}');
const database = connect${pascal}(postgres.url);
const ask = asker(schema, (viewer) => createContext({ database, resources: {}, viewer }));

afterAll(() => database.$disconnect());

describe('note', () => {
  it('hides a note from everyone but its owner', async () => {
    const ada = someViewer();
    await database.${camel}Note.create({ data: { id: 'n1', ownerId: ada.id, text: 'Latin verbs' } });
    const query = '{ ${camel}Note(id: "n1") { text } }';

    expect((await ask(ada, query)).data).toEqual({ ${camel}Note: { text: 'Latin verbs' } });
    expect((await ask(someViewer(), query)).data).toEqual({ ${camel}Note: null });
  });
});
`;

/** The files of the subgraph's own folder, by path below it. */
export const sourceFiles = (plan: SubgraphPlan): Record<string, string> => ({
  'codegen.json': `${JSON.stringify({ rows: [`${plan.pascal}Note`], references: [] }, null, 2)}\n`,
  'src/config.ts': config(plan),
  'src/context.ts': context(plan),
  'src/index.ts': index(plan),
  'src/main.ts': main(plan),
  'src/schema.ts': schema(plan),
  'src/note/note.resolvers.ts': resolvers(plan),
  'src/note/note.service.ts': service(plan),
  'src/note/note.policy.ts': policy(plan),
  'src/note/note.repository.ts': repository(plan),
  'src/note/note.test.ts': test(plan),
});
