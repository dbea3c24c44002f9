import { createLogger } from '@studymate/runtime';
import type { GraphQLSchema } from 'graphql';
import type { OperationLimits } from '../plugins/operation-limits.ts';
import { createTools } from './mcp/tool.ts';
import { createOperationFolder } from './operation-folder.ts';
import { createRestRoutes } from './rest/rest-routes.ts';
import { listProblems } from './validate-operations.ts';

export interface FolderCheck {
  readonly operations: number;
  readonly routes: number;
  readonly tools: number;
  readonly problems: readonly string[];
}

/** Checks every registered operation of a folder, and every route and tool made of one, against a schema. */
export async function checkFolder(
  path: string,
  against: {
    readonly schema: GraphQLSchema;
    readonly limits: OperationLimits;
    readonly errorInterface?: string | null;
  },
): Promise<FolderCheck> {
  const folder = createOperationFolder(path, createLogger('operations'));
  await folder.start();
  folder.stop();
  const { schema, limits, errorInterface = null } = against;
  const rest = createRestRoutes(folder, { schema, errorInterface });
  const tools = createTools(folder, { schema, scalars: {} });
  const clients = [...folder.current().clients.values()];
  return {
    operations: clients.reduce((total, { operations }) => total + operations.length, 0),
    routes: rest.routes.length,
    tools: tools.byName.size,
    problems: [
      ...rest.problems,
      ...tools.problems,
      ...folder.unreadable(),
      ...clients.flatMap(({ client, operations }) =>
        listProblems(operations, schema, limits).map((problem) => `${client}: ${problem}`),
      ),
    ],
  };
}
