#!/usr/bin/env node
import { enableCompileCache } from 'node:module';
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';

// A flood of operations that are asked once is garbage soon: the heap may grow by a third over it, not by its double.
setFlagsFromString('--heap-growing-percent=30');
// From the second start on a fifth less work; what is imported statically would be loaded without it.
enableCompileCache();
const { createLogger, stopOnSignals } = await import('@studymate/runtime');
const { start } = await import('./index.ts');

const usage = 'Usage: studymate-gateway [--supergraph FILE|URL] [--port N] [--config FILE]';

function readArguments() {
  const { values } = parseArgs({
    options: {
      supergraph: { type: 'string' },
      port: { type: 'string' },
      config: { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  const { supergraph, port, config, help } = values;
  return { supergraph, port: port === undefined ? undefined : Number(port), configFile: config, help };
}

try {
  const { help, ...options } = readArguments();
  if (help) {
    console.log(usage);
  } else {
    const gateway = await start(process.env, options);
    stopOnSignals(gateway.stop, createLogger('gateway'));
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  console.error(usage);
  process.exit(1);
}
