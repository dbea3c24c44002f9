import { maxCachedSeconds } from '@studymate/runtime';
import { z } from 'zod';
import { headerRulesSchema } from './execution/header-rules.ts';
import { riskSchema } from './identity/risk-schema.ts';
import { costSchema, limitsSchema, planSchema, quotaSchema, ratesSchema } from './limits/rules-schema.ts';
import { crossOriginSchema } from './plugins/cross-origin.ts';
import { upstreamSchema } from './upstream.ts';

const opener = z.union([z.string(), z.literal(true)]).optional();
const reachSchema = z.strictObject({ read: opener, write: opener });

const identitySchema = z.strictObject({
  jwks: upstreamSchema,
  issuer: z.string(),
  audience: z.string(),
  algorithms: z.array(z.enum(['EdDSA', 'RS256'])).default(['EdDSA', 'RS256']),
  leewaySeconds: z.int().min(0).max(60).default(5),
  /** Who answers what an API key stands for; without it there are no API keys. */
  apiKeys: z
    .strictObject({
      verify: upstreamSchema,
      /** What every key begins with. */
      prefix: z.string().regex(/^[\w-]{2,20}$/),
      /** The scope that opens a subgraph to a key; true: any key. A subgraph that is not here is closed to keys. */
      reach: z.record(z.string(), reachSchema).default({}),
    })
    .optional(),
});

const subscriptionsSchema = z.strictObject({
  /** Where a subgraph answers subscriptions. */
  path: z.string().startsWith('/').default('/subscriptions'),
  /** How: each with server-sent events of its own (graphql-sse), or many over a WebSocket, as our subgraph kit can. */
  upstream: z.enum(['event-stream', 'multiplexed']).default('event-stream'),
  /** Web origins that may open a WebSocket or stream, beside the gateway's own; `*` for every one. */
  origins: z.array(z.string()).default([]),
  /** Whether a WebSocket may be opened by nobody in particular. */
  anonymous: z.boolean().default(true),
  /** Subscriptions open at once, for each viewer, or address of one who is not signed in. */
  perViewer: z.int().positive().default(50),
  /** Subscriptions open at once, of everybody. */
  maxSubscriptions: z.int().positive().default(50_000),
  /** WebSockets open at once, for each viewer, or address of one who is not signed in. */
  connectionsPerViewer: z.int().positive().default(50),
  /** WebSockets open at once, of everybody. */
  maxConnections: z.int().positive().default(20_000),
  /** Bytes of answers that may wait for a client to read them. */
  maxBuffered: z.int().positive().default(16_000_000),
  /**
   * Root fields whose every event tells the whole current state: who asks for the same shares one stream upstream and
   * begins with its latest event. `viewer`: one and the same viewer and session; `everyone`: whoever may ask at all.
   */
  shared: z.record(z.string(), z.enum(['viewer', 'everyone'])).default({}),
  /** How long a stream from a subgraph that was cut off is tried to be opened again. */
  patienceMs: z.int().positive().default(300_000),
  initTimeoutMs: z.int().positive().default(3_000),
  keepAliveMs: z.int().positive().default(15_000),
});

export type SubscriptionRules = z.output<typeof subscriptionsSchema>;

/** Keeps what subgraphs allow to keep (`Cache-Control`), in Redis. */
const cachingSchema = z.strictObject({
  /** Whether whole answers are kept. */
  answers: z.boolean().default(true),
  /** Whether entities are kept one by one. */
  entities: z.boolean().default(true),
  /** Whatever subgraphs allow, nothing is kept for longer. */
  maxAgeSeconds: z.int().positive().max(maxCachedSeconds).default(3_600),
  /** A look-up that takes longer is given up. */
  timeoutMs: z.int().positive().default(50),
  /** Entries of all gateways together. */
  entries: z.int().positive().default(50_000),
  /** Characters of an entry at most. */
  entrySize: z.int().positive().default(200_000),
});

const trafficSchema = z.strictObject({
  queryTimeoutMs: z.int().positive().default(2_000),
  mutationTimeoutMs: z.int().positive().default(15_000),
  connections: z.int().positive().default(64),
  /** Whether equal reads of one viewer that are under way at the same time are sent once. */
  deduplicate: z.boolean().default(false),
  responseLimit: z.int().positive().default(64_000_000),
  circuit: z
    .strictObject({ failures: z.int().positive().default(5), openMs: z.int().positive().default(30_000) })
    .prefault({}),
});

/**
 * What a client may run: anything; anything, with a log line for what is not registered; registered operations, by
 * id or by text; registered operations, by id only.
 */
const operationModeSchema = z.enum(['off', 'log-unregistered', 'safelist', 'id-only']);

const operationsSchema = z.strictObject({
  /** Manifests, `<client>.json`; relative to the configuration file. */
  folder: z.string().optional(),
  /** The mode of clients that have none of their own, and of requests that name no client. */
  mode: operationModeSchema.default('off'),
  /** Whether a text may be kept under its hash (APQ). Never in the two modes that allow registered ones only. */
  automatic: z.boolean().default(false),
  automaticCache: z
    .strictObject({
      entries: z.int().positive().default(1_000),
      longest: z.int().positive().default(20_000),
      /** Of all texts together. */
      characters: z.int().positive().default(4_000_000),
    })
    .prefault({}),
  /** Counts operations in Redis, for checks of the schema. */
  recordTraffic: z
    .union([
      z.strictObject({
        /** The share of requests for unregistered operations that is counted. */
        sample: z.number().positive().max(1).default(1),
        keepDays: z.int().positive().max(400).default(30),
        /** Operations of a client's version that are told apart in one day. */
        perDay: z.int().positive().default(20_000),
      }),
      z.literal(false),
    ])
    .default(false),
  clients: z
    .record(
      z.string().regex(/^[\w-]+$/),
      z.strictObject({
        mode: operationModeSchema.optional(),
        automatic: z.boolean().optional(),
        /** The plan of requests whose sender has none: anybody can say to be this client. */
        plan: z.string().optional(),
      }),
    )
    .default({}),
});

/** When a named label of progressive overrides is active: always, never, by a request's header, by a role. */
const overrideRuleSchema = z.union([
  z.boolean(),
  z.strictObject({ header: z.string().toLowerCase(), equals: z.string().optional() }),
  z.strictObject({ roles: z.array(z.string()).min(1) }),
]);

export type OverrideRule = z.output<typeof overrideRuleSchema>;

/** The API by which operators register operations while gateways run. */
const operatorsSchema = z.strictObject({
  path: z.string().startsWith('/').default('/operators/graphql'),
  /** Whose token holds this scope may. */
  scope: z.string(),
  /** Where registrations are kept without Redis; relative to the configuration file. */
  folder: z.string().optional(),
});

/** A part of the graph for some of its clients, by the `@tag`s of its elements (see supergraph/contract.ts). */
const variantSchema = z.strictObject({
  path: z.string().regex(/^\/[\w./-]+$/),
  include: z.array(z.string()).default([]),
  exclude: z.array(z.string()).default([]),
  hideUnreachable: z.boolean().default(true),
});

const restSchema = z.strictObject({
  /** The name of the API in its documentation. */
  title: z.string().default('API'),
  /** The interface of results that stand for failures: they are answered as problems. */
  errorInterface: z.string().optional(),
  /** JSON types of custom scalars, for the documentation and for values in paths and query strings. */
  scalars: z.record(z.string(), z.enum(['string', 'number', 'integer', 'boolean'])).default({}),
});

export type OperationRules = z.output<typeof operationsSchema>;

/** Everything about a gateway that can be switched. A file holds it; the environment overrides a few places. */
export const fileSchema = z.strictObject({
  /** A file (relative to the configuration file) or an http(s) URL. */
  supergraph: z.string().optional(),
  port: z.int().min(0).max(65_535).default(4000),
  host: z.string().default('127.0.0.1'),
  planner: z.enum(['hive', 'apollo']).default('hive'),
  introspection: z.boolean().optional(),
  sandbox: z.boolean().default(true),
  /** Null: fields that are refused are null with an error. Reject: nothing is answered. False: not enforced. */
  access: z.union([z.enum(['null', 'reject']), z.literal(false)]).default('null'),
  /** How each `@policy` is decided here: for every signed-in viewer, for everybody, or never. */
  policies: z.record(z.string(), z.enum(['authenticated', 'everyone', 'nobody'])).default({}),
  identity: z.union([identitySchema, z.literal(false)]).default(false),
  risk: z.union([riskSchema, z.literal(false)]).default(false),
  /** Whether ended sessions are looked up in Redis. */
  sessions: z.boolean().default(false),
  /** Whether requests to subgraphs are signed with SUBGRAPH_SECRET. */
  signing: z.boolean().default(false),
  /** `known-codes` masks every subgraph error but those of our own codes; `pass` hands them on. */
  errors: z.enum(['known-codes', 'pass']).default('pass'),
  /** Rules for headers, by subgraph; `*` for all of them. */
  headers: z.record(z.string(), headerRulesSchema).default({}),
  /** `METHOD /path` answered by an upstream, byte for byte. */
  passThrough: z.record(z.string().regex(/^(GET|POST|PUT) \/\S*$/), upstreamSchema).default({}),
  limits: limitsSchema.default({}),
  operations: operationsSchema.prefault({}),
  /** How operations marked in `<client>.rest.json` are served under `/v1/…`. */
  rest: restSchema.prefault({}),
  /** Serves operations marked in `<client>.tools.json` as tools of the Model Context Protocol. */
  mcp: z
    .union([
      z.strictObject({ name: z.string(), path: z.string().startsWith('/').default('/mcp') }),
      z.literal(false),
    ])
    .default(false),
  operators: z.union([operatorsSchema, z.literal(false)]).default(false),
  /** Variants of the graph, by name, each served at a path of its own. */
  variants: z.record(z.string().regex(/^[\w-]+$/), variantSchema).default({}),
  /** Rules of the labels in `@override(from:, label:)`; `percent(n)` needs none. A label without a rule is off. */
  overrides: z.record(z.string(), overrideRuleSchema).default({}),
  rates: z.union([ratesSchema, z.literal(false)]).default(false),
  cost: z.union([costSchema, z.literal(false)]).default(false),
  /** Requests that an API key may send, where its plan says nothing else. */
  quota: quotaSchema.default({}),
  /** What differs for callers of a plan, by its name. */
  plans: z.record(z.string(), planSchema).default({}),
  /** Which pages of other sites may ask. False: origins are not looked at, and no page of another site can read. */
  cors: z.union([crossOriginSchema, z.literal(false)]).default(false),
  caching: z.union([cachingSchema, z.literal(false)]).default(false),
  subscriptions: z.union([subscriptionsSchema, z.literal(false)]).prefault({}),
  /** How long a gateway that stops says so (`/ready/` answers 503) before it takes no more connections. */
  drainNoticeMs: z.int().min(0).max(4_000).default(0),
  /** Connections of one address at once, but of a trusted proxy: more are closed before anything is read. */
  connectionsPerAddress: z.int().positive().default(10_000),
  /** GraphQL requests under way at once; more are turned away with 503. */
  maxInFlight: z.int().positive().default(1_000),
  /** GraphQL requests are turned away with 503 while the event loop is this late; without it never. */
  maxEventLoopDelayMs: z.int().positive().optional(),
  bodyLimit: z.int().positive().default(1_000_000),
  traffic: trafficSchema.prefault({}),
  /** Operations kept compiled; one that is asked for once is soon forgotten. */
  operationCache: z
    .strictObject({
      entries: z.int().positive().default(2_000),
      /** Of their texts together. */
      characters: z.int().positive().default(2_000_000),
    })
    .prefault({}),
});

export type GatewayFile = z.output<typeof fileSchema>;
