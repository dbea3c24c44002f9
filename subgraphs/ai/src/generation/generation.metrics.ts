import { counter, histogram } from '@studymate/runtime';
import type { Attempt } from '../provider/chain.ts';

const requests = counter({
  name: 'ai_requests_total',
  help: 'Requests to models.',
  labels: ['provider', 'model'],
});
const attempts = counter({
  name: 'ai_attempts_total',
  help: 'Calls of models, by how they ended.',
  labels: ['provider', 'model', 'outcome'],
});
const attemptSeconds = histogram({
  name: 'ai_attempt_seconds',
  help: 'How long a call of a model took.',
  labels: ['provider', 'model'],
});
const outputs = counter({
  name: 'ai_outputs_total',
  help: 'Outputs delivered, by kind and whether they were made before.',
  labels: ['kind', 'cached'],
});

export function countAttempt({ model, outcome, latencyMs }: Attempt): void {
  requests.inc({ provider: model.provider, model: model.name });
  attempts.inc({ provider: model.provider, model: model.name, outcome });
  attemptSeconds.observe({ provider: model.provider, model: model.name }, latencyMs / 1_000);
}

export const countOutput = (kind: string, cached: boolean): void =>
  outputs.inc({ kind, cached: String(cached) });
