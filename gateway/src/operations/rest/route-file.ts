import { z } from 'zod';

/** Where in the variables a request header goes: `idempotencyKey`, or `input.idempotencyKey`. */
const placeSchema = z.string().regex(/^\w+(\.\w+)?$/);

const routeSchema = z.strictObject({
  /** The name of a registered operation of the same client. */
  operation: z.string().min(1),
  summary: z.string().optional(),
  /** The variable that the whole body stands for; without it the body's members are the variables. */
  body: z.string().optional(),
  headers: z.record(z.string().regex(/^[\w-]+$/), placeSchema).default({}),
  /** The status of a success. */
  status: z.union([z.literal(200), z.literal(201), z.literal(202)]).default(200),
});

export type RouteSettings = z.output<typeof routeSchema>;

const methodAndPath = /^(GET|POST|PUT|PATCH|DELETE) (\/v\d+(?:\/(?:[\w.~-]+|\{\w+\}))+)$/;

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export interface RouteEntry {
  readonly method: Method;
  /** As written: `/v1/quizzes/{id}`. */
  readonly path: string;
  readonly settings: RouteSettings;
}

const isMethod = (text: string): text is Method => ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].includes(text);

/** Reads `<client>.rest.json`. Throws an Error that names the entry at fault. */
export function parseRouteFile(content: unknown): RouteEntry[] {
  const entries = z.record(z.string(), z.unknown()).parse(content);
  return Object.entries(entries).map(([key, value]) => {
    const [, method = '', path = ''] = methodAndPath.exec(key) ?? [];
    if (!isMethod(method)) throw new Error(`${key} is no route: write METHOD /v1/path/{variable}.`);
    const settings = routeSchema.safeParse(value);
    if (settings.success) return { method, path, settings: settings.data };
    const problems = settings.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    throw new Error(`${key}: ${problems.join('; ')}`);
  });
}
