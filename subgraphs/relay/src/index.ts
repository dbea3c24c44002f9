import { type RunningServer, readEnv } from '@studymate/runtime';
import { startSubgraph } from '@studymate/subgraph-kit';
import { configSchema } from './config.ts';
import { schema } from './schema.ts';

/** Starts the relay subgraph: `node(id)` and `nodes(ids)` for every entity, without data of its own. */
export const start = (env: NodeJS.ProcessEnv = process.env): Promise<RunningServer> =>
  startSubgraph({
    name: 'relay',
    schema,
    port: readEnv(configSchema, env).port,
    createContext: (scope) => scope,
    isReady: async () => true,
    env,
  });
