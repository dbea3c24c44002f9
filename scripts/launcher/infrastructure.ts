import { join } from 'node:path';
import {
  requireFreePort,
  startMailSink,
  startPostgres,
  startRedis,
  startTraceSink,
} from '@studymate/embedded';
import { objectSecret, startObjectServer } from '@studymate/storage';
import type { Settings } from './settings.ts';
import { runDirectory, stateDirectory, toolchainDirectory } from './workspace.ts';

/** What the house stands on, ours or the caller's: where each part answers, and how to stop what was started. */
export interface Infrastructure {
  /** What every process of the house is told. */
  readonly environment: Readonly<Record<string, string>>;
  readonly urls: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

interface Part {
  readonly line: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly urls?: Readonly<Record<string, string>>;
  readonly stop?: () => Promise<void>;
}

/**
 * Starts the embedded database, queue, object store, mail sink and Stripe stand-in, each unless the environment names
 * one to use instead. `report` gets a line for each; when one fails, those already up are stopped.
 */
export async function startInfrastructure(
  settings: Settings,
  report: (line: string) => void,
): Promise<Infrastructure> {
  const starting = [
    settings.DATABASE_URL
      ? external('PostgreSQL', { DATABASE_URL: settings.DATABASE_URL })
      : startDatabase(settings),
    settings.REDIS_URL ? external('Redis', { REDIS_URL: settings.REDIS_URL }) : startQueue(settings, report),
    settings.S3_ENDPOINT || settings.S3_BUCKET ? external('objects (S3)', {}) : startObjects(settings),
    settings.SMTP_URL ? external('mail', { SMTP_URL: settings.SMTP_URL }) : startMail(settings),
    settings.STRIPE_API_BASE ? external('Stripe', {}) : startStripe(settings),
    ...(settings.traces ? [startTraces(settings)] : []),
  ].map(async (part) => {
    const started = await part;
    report(started.line);
    return started;
  });
  const settled = await Promise.allSettled(starting);
  const parts = settled.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const stop = async () => {
    await Promise.allSettled(parts.map((part) => part.stop?.()));
  };
  const failure = settled.find((result) => result.status === 'rejected');
  if (failure) {
    await stop();
    throw failure.reason;
  }
  return {
    environment: Object.assign({}, ...parts.map((part) => part.environment)),
    urls: Object.assign({}, ...parts.map((part) => part.urls ?? {})),
    stop,
  };
}

const external = async (what: string, environment: Record<string, string>): Promise<Part> => ({
  line: `${what}: yours, from the environment`,
  environment,
});

async function startDatabase({ POSTGRES_PORT }: Settings): Promise<Part> {
  const server = await startPostgres({ directory: join(runDirectory, 'postgres'), port: POSTGRES_PORT });
  const line = `PostgreSQL at 127.0.0.1:${POSTGRES_PORT} (${server.from})`;
  return { line, environment: { DATABASE_URL: server.url }, stop: server.stop };
}

async function startQueue({ REDIS_PORT }: Settings, report: (line: string) => void): Promise<Part> {
  const server = await startRedis({
    directory: join(runDirectory, 'redis'),
    port: REDIS_PORT,
    cache: join(toolchainDirectory, 'redis'),
    onDownload: () => report("Fetching Redis from Debian's packages (about 5 s, once)"),
  });
  const line = `Redis at 127.0.0.1:${REDIS_PORT} (${server.from})`;
  return { line, environment: { REDIS_URL: server.url }, stop: server.stop };
}

async function startObjects({ OBJECTS_PORT }: Settings): Promise<Part> {
  await requireFreePort(
    OBJECTS_PORT,
    'the object server',
    'OBJECTS_PORT, or S3_ENDPOINT to use a server of yours',
  );
  const directory = stateDirectory('objects');
  const server = await startObjectServer({ directory, port: OBJECTS_PORT, secret: objectSecret() });
  return {
    line: `Objects at ${server.url}`,
    environment: { OBJECTS_DIRECTORY: directory, OBJECTS_URL: server.url, OBJECTS_PORT: `${OBJECTS_PORT}` },
    urls: { objects: server.url },
    stop: server.stop,
  };
}

async function startMail({ SMTP_PORT, MAIL_PORT }: Settings): Promise<Part> {
  await requireFreePort(SMTP_PORT, 'the mail sink', 'SMTP_PORT, or SMTP_URL to use a server of yours');
  await requireFreePort(MAIL_PORT, 'the mail page', 'MAIL_PORT');
  const directory = stateDirectory('mail');
  const sink = await startMailSink({ directory, smtpPort: SMTP_PORT, pagePort: MAIL_PORT });
  return {
    line: `Mail page at ${sink.pageUrl}`,
    environment: { SMTP_URL: sink.smtpUrl },
    urls: { mail: sink.pageUrl },
    stop: sink.stop,
  };
}

async function startStripe({ STRIPE_STAND_IN_PORT, GATEWAY_PORT }: Settings): Promise<Part> {
  await requireFreePort(
    STRIPE_STAND_IN_PORT,
    'the Stripe stand-in',
    'STRIPE_STAND_IN_PORT, or STRIPE_API_BASE',
  );
  const { startStripeStandIn } = await import('@studymate/stripe-stand-in');
  const secret = process.env.STRIPE_WEBHOOK_SECRET ?? 'whsec_studymate_local';
  const server = await startStripeStandIn({
    port: STRIPE_STAND_IN_PORT,
    dataFile: join(stateDirectory('stripe'), 'account.json'),
    webhookUrl: `http://127.0.0.1:${GATEWAY_PORT}/webhooks/stripe`,
    webhookSecret: secret.split(',')[0] ?? secret,
  });
  return {
    line: `Stripe stand-in at ${server.url}`,
    environment: { STRIPE_API_BASE: server.url, STRIPE_WEBHOOK_SECRET: secret },
    urls: { stripe: server.url },
    stop: server.stop,
  };
}

/** Spans come soon, and of everything: this is for one person who looks. */
const traceEverything = {
  OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
  OTEL_TRACES_SAMPLER: 'parentbased_always_on',
  OTEL_BSP_SCHEDULE_DELAY: '500',
  OTEL_METRICS_EXPORTER: 'none',
  OTEL_LOGS_EXPORTER: 'none',
  OTEL_NODE_RESOURCE_DETECTORS: 'env',
};

async function startTraces({ TRACES_PORT, OTEL_EXPORTER_OTLP_ENDPOINT }: Settings): Promise<Part> {
  if (OTEL_EXPORTER_OTLP_ENDPOINT) return external('traces', {});
  await requireFreePort(TRACES_PORT, 'the trace page', 'TRACES_PORT, or OTEL_EXPORTER_OTLP_ENDPOINT');
  const sink = await startTraceSink({ port: TRACES_PORT });
  return {
    line: `Traces at ${sink.url}`,
    environment: { ...traceEverything, OTEL_EXPORTER_OTLP_ENDPOINT: sink.url },
    urls: { traces: sink.url },
    stop: sink.stop,
  };
}
