import { domainPorts, type SubgraphName } from '@studymate/contracts';
import { readEnv } from '@studymate/runtime';
import { z } from 'zod';

const port = (standard: number) => {
  const error = `must be a port from 1 to 65535, such as ${standard}`;
  return z.coerce.number({ error }).int({ error }).min(1, { error }).max(65_535, { error }).default(standard);
};
const url = (pattern: RegExp, form: string) => z.string().regex(pattern, `must look like ${form}`).optional();

const environment = z.object({
  GATEWAY_PORT: port(4000),
  GATEWAYS: z.coerce.number().int().min(1).max(10).default(1),
  RESTART: z.enum(['0', '1']).default('0'),
  WORKERS: z.enum(['together', 'apart']).default('together'),
  MAIL_PORT: port(4025),
  OBJECTS_PORT: port(4026),
  SMTP_PORT: port(4027),
  STRIPE_STAND_IN_PORT: port(4028),
  TRACES: z.enum(['0', '1']).default('0'),
  TRACES_PORT: port(4029),
  OTEL_EXPORTER_OTLP_ENDPOINT: url(/^https?:\/\/./, 'http://host:4318'),
  POSTGRES_PORT: port(4030),
  REDIS_PORT: port(4031),
  DATABASE_URL: url(/^postgres(ql)?:\/\/./, 'postgresql://user:password@host:5432/postgres'),
  REDIS_URL: url(/^rediss?:\/\/./, 'redis://host:6379'),
  S3_ENDPOINT: url(/^https?:\/\/./, 'https://host'),
  S3_BUCKET: z.string().min(3).optional(),
  SMTP_URL: url(/^smtps?:\/\/./, 'smtp://user:password@host:587'),
  STRIPE_API_BASE: url(/^https?:\/\/./, 'https://api.stripe.com'),
});

const names = Object.keys(domainPorts) as SubgraphName[];
const portVariable = (name: SubgraphName) => `${name.toUpperCase()}_PORT`;

/** Everything about a start that the environment decides, checked together before anything is started. */
export function readSettings(env: NodeJS.ProcessEnv = process.env) {
  const ports = Object.fromEntries(names.map((name) => [portVariable(name), port(domainPorts[name])]));
  const { GATEWAYS, RESTART, WORKERS, TRACES, ...values } = readEnv(environment, env);
  const subgraphs = readEnv(z.object(ports), env);
  const portOf = (name: SubgraphName) => subgraphs[portVariable(name)] ?? domainPorts[name];
  return {
    ...values,
    gateways: GATEWAYS,
    restarts: RESTART === '1',
    workersApart: WORKERS === 'apart',
    traces: TRACES === '1',
    portOf,
    /** Replica 1 has GATEWAY_PORT, the others follow from 100 above it. */
    gatewayPort: (replica: number) =>
      replica === 1 ? values.GATEWAY_PORT : values.GATEWAY_PORT + 98 + replica,
  };
}

export type Settings = ReturnType<typeof readSettings>;
