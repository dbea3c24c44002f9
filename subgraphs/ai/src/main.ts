import { createLogger, stopOnSignals } from '@studymate/runtime';
import { start } from './index.ts';

const server = await start();
stopOnSignals(server.stop, createLogger('ai'));
