import { monitorEventLoopDelay } from 'node:perf_hooks';
import { gauge } from '@studymate/runtime';
import { refusalWithHeaders } from '../plugins/refusal-with-headers.ts';

/** Turns requests away while there is more to do than can be done in good time. */
export interface LoadShedding {
  /** Answers how to leave again. Throws a refusal (503) with `Retry-After` when there is no room. */
  enter(): () => void;
  stop(): void;
}

export interface LoadLimits {
  readonly maxInFlight: number;
  /** Undefined: the event loop may be as late as it likes. */
  readonly maxEventLoopDelayMs?: number | undefined;
}

const resolutionMs = 20;
const lookEveryMs = 500;
const retryAfterSeconds = 1;

const tooMuch = () =>
  refusalWithHeaders({
    status: 503,
    code: 'RATE_LIMITED',
    message: 'Too much is going on. Try again shortly.',
    headers: { 'retry-after': String(retryAfterSeconds) },
    details: { retryAfterSeconds },
  });

const lateness = gauge({
  name: 'gateway_event_loop_delay_seconds',
  help: 'How late the event loop has been at the median of the last half second.',
  labels: [],
});

/** Follows how late the event loop is. A single long task does not count: the median decides. */
function followDelay(): { delayMs(): number; stop(): void } {
  const histogram = monitorEventLoopDelay({ resolution: resolutionMs });
  histogram.enable();
  let delayMs = 0;
  const timer = setInterval(() => {
    // The histogram holds the time between ticks of its timer.
    delayMs = histogram.count === 0 ? 0 : Math.max(0, histogram.percentile(50) / 1e6 - resolutionMs);
    lateness.set(delayMs / 1000);
    histogram.reset();
  }, lookEveryMs).unref();
  return {
    delayMs: () => delayMs,
    stop: () => {
      clearInterval(timer);
      histogram.disable();
    },
  };
}

export function createLoadShedding({ maxInFlight, maxEventLoopDelayMs }: LoadLimits): LoadShedding {
  const delay = maxEventLoopDelayMs === undefined ? null : followDelay();
  let inFlight = 0;
  return {
    enter: () => {
      const isLate = delay !== null && delay.delayMs() > (maxEventLoopDelayMs ?? 0);
      if (inFlight >= maxInFlight || isLate) throw tooMuch();
      inFlight += 1;
      return () => {
        inFlight -= 1;
      };
    },
    stop: () => delay?.stop(),
  };
}
