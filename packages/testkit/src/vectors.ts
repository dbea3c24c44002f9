import { resolve } from 'node:path';

/** Reference data beside the checkout, or in STUDYMATE_VECTORS; tests that need it say so and skip where it is absent. */
export const vectorsDirectory =
  process.env.STUDYMATE_VECTORS ?? resolve(import.meta.dirname, '../../../../shared/vectors');
