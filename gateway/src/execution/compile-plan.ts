import { compileFetch, type RunStep } from './fetch-step.ts';
import type { PlanStep } from './plan.ts';
import type { TypeIndex } from './type-index.ts';

const nothing: RunStep = async () => {};

function inSequence(steps: readonly RunStep[]): RunStep {
  const [only] = steps;
  if (steps.length === 1 && only) return only;
  return async (execution) => {
    for (const run of steps) await run(execution);
  };
}

/** Turns a plan into a function that gathers what the plan says. Compiled once, run for every request. */
export function compileStep(step: PlanStep | null, types: TypeIndex): RunStep {
  if (!step) return nothing;
  switch (step.kind) {
    case 'fetch':
      return compileFetch(step, types);
    case 'sequence':
      return inSequence(step.steps.map((child) => compileStep(child, types)));
    case 'parallel': {
      const children = step.steps.map((child) => compileStep(child, types));
      return async (execution) => {
        await Promise.all(children.map((run) => run(execution)));
      };
    }
    case 'condition': {
      const whenTrue = compileStep(step.whenTrue, types);
      const whenFalse = compileStep(step.whenFalse, types);
      return (execution) => (execution.variables[step.variable] === true ? whenTrue : whenFalse)(execution);
    }
  }
}
