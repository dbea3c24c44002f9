import { createRequestVerifier, json, type Routes, readSecret } from '@studymate/runtime';
import { z } from 'zod';
import type { Context } from '../context.ts';
import { verifySecret } from './verify-secret.ts';

const questionSchema = z.object({ key: z.string().max(200) });

const refused = json(401, {
  errors: [{ message: 'Only the gateway may ask.', extensions: { code: 'UNAUTHENTICATED' } }],
});

/** Answers gateways what an access token stands for. They sign the question like every request to a subgraph. */
export function verifySecretRoute(createContext: () => Context, env: NodeJS.ProcessEnv): Routes {
  const verify = createRequestVerifier(readSecret('SUBGRAPH_SECRET', env));
  return {
    'POST /internal/access-tokens': async ({ headers, body }) => {
      if (!verify(headers, body)) return refused;
      const { key } = questionSchema.parse(JSON.parse(body.toString('utf8')));
      return json(200, await verifySecret(createContext(), key));
    },
  };
}
