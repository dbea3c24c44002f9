import type { RunningTarget } from '../gateway/running-target.ts';
import type { Target } from '../gateway/targets.ts';
import { askForSkills } from './load.ts';
import type { Surroundings } from './surroundings.ts';

export interface FetchOptions {
  readonly fetches: number;
  readonly connections: number;
}

/** One way to the rows: how it is started, and how it is made to fetch them so many times. */
export interface SubgraphTarget extends Target {
  readonly fetch: (running: RunningTarget, options: FetchOptions) => Promise<void>;
}

const secret = 'a secret that is at least thirty-two bytes long';

async function fetchInside({ url }: RunningTarget, options: FetchOptions): Promise<void> {
  const response = await fetch(url, { method: 'POST', body: JSON.stringify(options) });
  if (!response.ok) throw new Error(`Status ${response.status}.`);
}

/** Each way to the rows, in the table's order. */
export function listTargets(
  { databaseUrl, redisUrl, objectsDirectory }: Surroundings,
  firstPort: number,
): SubgraphTarget[] {
  const target = (file: string, environment: NodeJS.ProcessEnv) => ({
    command: process.execPath,
    arguments: [file],
    environment: { DATABASE_URL: databaseUrl, LOG_LEVEL: 'warn', ...environment },
  });
  const signing = { secret };
  return [
    {
      name: 'raw pg',
      path: '/',
      ...target('bench/subgraph/raw-pg.ts', { PORT: `${firstPort}` }),
      fetch: fetchInside,
    },
    {
      name: 'kit + Prisma',
      path: '/graphql',
      ...target('subgraphs/study/src/main.ts', {
        STUDY_PORT: `${firstPort + 1}`,
        STUDY_DATABASE_URL: databaseUrl,
        REDIS_URL: redisUrl,
        SUBGRAPH_SECRET: secret,
        OBJECTS_SECRET: secret,
        OBJECTS_DIRECTORY: objectsDirectory,
      }),
      fetch: ({ url }, options) => askForSkills({ url, ...options, ...signing }),
    },
    {
      name: 'Apollo Server + findMany',
      path: '/',
      ...target('bench/subgraph/apollo.ts', { PORT: `${firstPort + 2}` }),
      fetch: ({ url }, options) => askForSkills({ url, ...options }),
    },
  ];
}
