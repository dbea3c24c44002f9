import type { CircuitState } from '@studymate/database/ai';
import type { Context } from '../context.ts';
import { type Model, modelId, modelKinds } from './model.ts';

const healthWindowMs = 60_000;

export const listModels = ({ models }: Context) =>
  models.map((model) => ({ id: modelId(model), ...model, capabilities: modelKinds }));

export interface ProviderHealth {
  readonly provider: string;
  readonly model: string;
  readonly circuit: CircuitState;
  readonly errorRate1m: number;
  readonly p50LatencyMs: number | null;
  readonly p95LatencyMs: number | null;
  readonly openUntil: Date | null;
}

/** How each configured model did in the last minute, and whether calls to it go through. */
export async function listProviderHealth(context: Context): Promise<ProviderHealth[]> {
  const now = context.now();
  const [circuits, recent] = await Promise.all([
    context.circuits.list(),
    context.circuits.callsSince(new Date(now.getTime() - healthWindowMs)),
  ]);
  const isOf =
    ({ provider, name }: Model) =>
    (row: { provider: string; model: string }) =>
      row.provider === provider && row.model === name;
  return context.models.map((model) => {
    const circuit = circuits.find(isOf(model));
    const calls = recent.find(isOf(model));
    return {
      provider: model.provider,
      model: model.name,
      circuit: circuit?.state ?? 'CLOSED',
      errorRate1m: calls ? calls.failures / calls.calls : 0,
      p50LatencyMs: calls?.p50 ?? null,
      p95LatencyMs: calls?.p95 ?? null,
      openUntil: circuit?.state === 'OPEN' ? circuit.openUntil : null,
    };
  });
}
