import { createLogger, stopOnSignals } from '@studymate/runtime';
import { startWorker } from './worker.ts';

const worker = await startWorker();
stopOnSignals(worker.stop, createLogger('ai-worker'));
