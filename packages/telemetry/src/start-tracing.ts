import { register } from 'node:module';
import { GraphQLInstrumentation } from '@opentelemetry/instrumentation-graphql';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { IORedisInstrumentation } from '@opentelemetry/instrumentation-ioredis';
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { createAddHookMessageChannel } from 'import-in-the-middle';
import { RequestedPrisma } from './requested-prisma.ts';

const isOperational = (url: string | undefined): boolean => /^\/(health|ready|metrics)/.test(url ?? '');

const instrumentations = {
  http: () => new HttpInstrumentation({ ignoreIncomingRequestHook: ({ url }) => isOperational(url) }),
  undici: () => new UndiciInstrumentation(),
  graphql: () => new GraphQLInstrumentation({ mergeItems: true, ignoreTrivialResolveSpans: true }),
  prisma: () => new RequestedPrisma({ ignoreSpanTypes: ['prisma:client:serialize'] }),
  ioredis: () => new IORedisInstrumentation({ requireParentSpan: true }),
};

/** As in OpenTelemetry's own preload: what is not to be wrapped, such as `http,undici` where spans are made by hand. */
const disabled = new Set(
  process.env.OTEL_NODE_DISABLED_INSTRUMENTATIONS?.split(',').map((name) => name.trim()),
);

/** Starts tracing of HTTP, GraphQL, Prisma and Redis; resolves once the module hooks are in place. */
export async function startTracing(): Promise<void> {
  const { registerOptions, waitForAllMessagesAcknowledged } = createAddHookMessageChannel();
  register('import-in-the-middle/hook.mjs', import.meta.url, registerOptions);
  const sdk = new NodeSDK({
    instrumentations: Object.entries(instrumentations)
      .filter(([name]) => !disabled.has(name))
      .map(([, instrument]) => instrument()),
  });
  sdk.start();
  await waitForAllMessagesAcknowledged();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void sdk.shutdown());
}
