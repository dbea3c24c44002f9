import type { Context } from '../context.ts';

const lookEveryMs = 400;

/** Aborts within half a second after the learner has canceled the generation. Stop it when the work is done. */
export function watchForCancel(context: Context, id: string): { readonly signal: AbortSignal; stop(): void } {
  const controller = new AbortController();
  const timer = setInterval(() => {
    context.generations.findFresh(id).then(
      (generation) => {
        if (generation?.state === 'CANCELED') controller.abort();
      },
      () => undefined,
    );
  }, lookEveryMs);
  return { signal: controller.signal, stop: () => clearInterval(timer) };
}
