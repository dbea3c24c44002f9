import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isProduction, readEnv, readSecret } from '@studymate/runtime';
import { z } from 'zod';
import { fileSchema, type GatewayFile } from './config-schema.ts';
import { namesBrought } from './execution/header-rules.ts';
import { crossOriginSchema } from './plugins/cross-origin.ts';
import { parseTrustedProxies, type TrustedProxies } from './plugins/trusted-proxies.ts';

export const studymateConfig = fileURLToPath(new URL('../studymate.json', import.meta.url));

/** What a start may say beside the environment. */
export interface StartOptions {
  /** A file or an http(s) URL. Without a configuration file it means: a supergraph of anybody's, no StudyMate. */
  readonly supergraph?: string | undefined;
  readonly port?: number | undefined;
  readonly configFile?: string | undefined;
}

export interface Config extends GatewayFile {
  readonly supergraph: string;
  /** The folder of registered operations; null when there is none. */
  readonly operationsFolder: string | null;
  /** The folder of registrations for gateways without Redis; null when there is none. */
  readonly registrationsFolder: string | null;
  readonly introspection: boolean;
  readonly isProduction: boolean;
  /** Null when requests go unsigned. */
  readonly secret: string | null;
  readonly redisUrl: string | null;
  /** Who shows it may see how requests are answered; null: nobody. */
  readonly debugToken: string | null;
  readonly jwksUrl: string | null;
  readonly trustedProxies: TrustedProxies;
  /** The headers of requests that any subgraph is told. */
  readonly propagatedHeaders: readonly string[];
  /** Overrides of subgraph URLs, as found in the environment. */
  readonly environment: NodeJS.ProcessEnv;
}

const port = z.coerce.number().int().min(0).max(65_535).optional();

const environmentSchema = z.object({
  GATEWAY_SUPERGRAPH: z.string().optional(),
  GATEWAY_CONFIG: z.string().optional(),
  GATEWAY_PORT: port,
  PORT: port,
  GATEWAY_HOST: z.string().optional(),
  REDIS_URL: z.url().optional(),
  JWKS_URL: z.url().optional(),
  GATEWAY_DEBUG_TOKEN: z.string().optional(),
  TRUSTED_PROXIES: z.string().default(''),
  CORS_ORIGINS: z
    .string()
    .transform((list) => list.split(/[\s,]+/).filter(Boolean))
    .pipe(crossOriginSchema.shape.origins.unwrap())
    .optional(),
});

export const isHttpUrl = (text: string): boolean => /^https?:\/\//.test(text);

function readFile(path: string): GatewayFile {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new Error(`The gateway's configuration ${path} cannot be read: ${String(error)}`);
  }
  const result = fileSchema.safeParse(content);
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`);
  throw new Error(`The gateway's configuration ${path} is not usable:\n${problems.join('\n')}`);
}

function locate(supergraph: string, folder: string): string {
  return isHttpUrl(supergraph) ? supergraph : resolve(folder, supergraph);
}

const shortestDebugToken = 32;

function debugTokenOf(given: string | undefined, production: boolean): string | null {
  if (given === undefined || given === '') return null;
  if (production && (given.length < shortestDebugToken || new Set(given).size < 10)) {
    throw new Error(`GATEWAY_DEBUG_TOKEN is too weak: ${shortestDebugToken} random characters at least.`);
  }
  return given;
}

/** Whether the schema may be asked for. Not in production: it is published where those who may build on it find it. */
function introspectionOf(given: boolean | undefined, production: boolean): boolean {
  if (given === true && production) throw new Error('introspection must not be on in production.');
  return given ?? !production;
}

/** In production a page that came without TLS may not ask: anybody on its way could have written it. */
function crossOriginRules(
  { cors }: GatewayFile,
  given: string[] | undefined,
  production: boolean,
): GatewayFile['cors'] {
  if (cors === false) return false;
  const origins = given ?? cors.origins;
  return { ...cors, origins: production ? origins.filter((origin) => !origin.startsWith('http:')) : origins };
}

/** Whose pages may ask may subscribe as well. */
const withOrigins = (
  subscriptions: GatewayFile['subscriptions'],
  cors: GatewayFile['cors'],
): GatewayFile['subscriptions'] =>
  subscriptions === false || cors === false
    ? subscriptions
    : { ...subscriptions, origins: [...subscriptions.origins, ...cors.origins] };

const usesRedis = ({ sessions, rates, caching, operators, operations }: GatewayFile): boolean =>
  sessions || [rates, caching, operators, operations.recordTraffic].some((part) => part !== false);

/** Puts file, environment and command line together. Throws an Error that says what to mend. */
export function readConfig(env: NodeJS.ProcessEnv = process.env, options: StartOptions = {}): Config {
  const read = readEnv(environmentSchema, env);
  const given = options.supergraph ?? read.GATEWAY_SUPERGRAPH;
  const configFile =
    options.configFile ?? read.GATEWAY_CONFIG ?? (given === undefined ? studymateConfig : null);
  const file = configFile === null ? fileSchema.parse({}) : readFile(resolve(configFile));
  const supergraph =
    given !== undefined
      ? locate(given, process.cwd())
      : file.supergraph && locate(file.supergraph, configFile === null ? '.' : dirname(resolve(configFile)));
  if (supergraph === undefined)
    throw new Error('Name a supergraph: --supergraph FILE or URL, or GATEWAY_SUPERGRAPH.');
  const inFolder = (path: string | undefined) =>
    configFile === null || path === undefined ? null : resolve(dirname(resolve(configFile)), path);
  const production = isProduction(env);
  const cors = crossOriginRules(file, read.CORS_ORIGINS, production);
  return {
    ...file,
    cors,
    subscriptions: withOrigins(file.subscriptions, cors),
    supergraph,
    operationsFolder: inFolder(file.operations.folder),
    registrationsFolder: inFolder(file.operators === false ? undefined : file.operators.folder),
    port: options.port ?? read.GATEWAY_PORT ?? read.PORT ?? file.port,
    host: read.GATEWAY_HOST ?? file.host,
    introspection: introspectionOf(file.introspection, production),
    sandbox: file.sandbox && !production,
    isProduction: production,
    secret: file.signing ? readSecret('SUBGRAPH_SECRET', env) : null,
    redisUrl: usesRedis(file) ? (read.REDIS_URL ?? null) : null,
    debugToken: debugTokenOf(read.GATEWAY_DEBUG_TOKEN, production),
    jwksUrl: read.JWKS_URL ?? null,
    trustedProxies: parseTrustedProxies(read.TRUSTED_PROXIES),
    propagatedHeaders: namesBrought(file.headers),
    environment: env,
  };
}
