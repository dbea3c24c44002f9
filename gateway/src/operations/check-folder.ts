import { createLogger } from '@studymate/runtime';
import type { GraphQLSchema } from 'graphql';
import type { OperationLimits } from '../plugins/operation-limits.ts';
import { createOperationFolder } from './operation-folder.ts';
import { listProblems } from './validate-operations.ts';

export interface FolderCheck {
  readonly operations: number;
  readonly problems: readonly string[];
}

/** Checks every registered operation of a folder against a schema. */
export async function checkFolder(
  path: string,
  against: { readonly schema: GraphQLSchema; readonly limits: OperationLimits },
): Promise<FolderCheck> {
  const folder = createOperationFolder(path, createLogger('operations'));
  await folder.start();
  folder.stop();
  const clients = [...folder.current().clients.values()];
  return {
    operations: clients.reduce((total, { operations }) => total + operations.length, 0),
    problems: [
      ...folder.unreadable(),
      ...clients.flatMap(({ client, operations }) =>
        listProblems(operations, against.schema, against.limits).map((problem) => `${client}: ${problem}`),
      ),
    ],
  };
}
