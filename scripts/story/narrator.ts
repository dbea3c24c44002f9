/** Tells a story step by step: prints each step when it is done, with what came of it and how long it took. */
export interface Narrator {
  chapter(title: string): void;
  step<T>(what: string, act: () => Promise<T>, outcome?: (result: T) => string): Promise<T>;
}

/** A narrator that prints to `write`; a step that fails is named in the error it throws. */
export const createNarrator = (write: (line: string) => void): Narrator => ({
  chapter: (title) => write(`\n${title}`),
  async step(what, act, outcome) {
    const startedAt = performance.now();
    try {
      const result = await act();
      const tail = outcome ? ` — ${outcome(result)}` : '';
      write(`  ✓ ${what}${tail} (${Math.round(performance.now() - startedAt)} ms)`);
      return result;
    } catch (error) {
      write(`  ✗ ${what}`);
      throw new Error(`${what}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
    }
  },
});

/** Asks again every 150 ms until there is an answer; throws after `patienceMs`. */
export async function eventually<T>(
  what: string,
  look: () => Promise<T | null | undefined | false>,
  patienceMs = 20_000,
): Promise<T> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const found = await look();
    if (found !== null && found !== undefined && found !== false) return found;
    if (Date.now() > deadline) throw new Error(`waited ${patienceMs / 1000} s for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
}

/** The result as the named member of its union; throws with the error member's code and message otherwise. */
export function succeeded<R extends { readonly __typename?: string }, T extends NonNullable<R['__typename']>>(
  result: R,
  typename: T,
): Extract<R, { readonly __typename?: T }> {
  if (result.__typename === typename) return result as Extract<R, { readonly __typename?: T }>;
  const { code, message } = result as { code?: string; message?: string };
  throw new Error(`${result.__typename} ${code ?? ''} ${message ?? ''}`.trim());
}

/** Throws unless the statement holds. */
export function must(holds: boolean, otherwise: string): void {
  if (!holds) throw new Error(otherwise);
}
