import type { Planner } from './plan.ts';

/** Plans with the first planner, and with the second what the first throws on. */
export const withFallback = (
  first: Planner,
  second: Planner,
  onFallback: (reason: unknown) => void,
): Planner => ({
  name: first.name,
  plan: (request) => {
    try {
      return first.plan(request);
    } catch (error) {
      onFallback(error);
      return second.plan(request);
    }
  },
});
