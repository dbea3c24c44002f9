import type { Logger } from '@studymate/runtime';
import type { GraphQLSchema } from 'graphql';
import type { OperationFolder } from '../operation-folder.ts';
import { createRoute, type RestRoute } from './rest-route.ts';
import { parseRouteFile, type RouteEntry } from './route-file.ts';

export interface MatchedRoute {
  readonly route: RestRoute;
  readonly parameters: Readonly<Record<string, string>>;
}

/** The routes in service. */
export interface RestRoutes {
  readonly routes: readonly RestRoute[];
  /** Why an entry is no route. */
  readonly problems: readonly string[];
  match(method: string, path: string): MatchedRoute | null;
  /** The methods that a path answers. */
  methodsOf(path: string): readonly string[];
}

interface Pattern {
  readonly route: RestRoute;
  readonly expression: RegExp;
}

const patternOf = (route: RestRoute): Pattern => {
  const parts = route.path.split('/').map((part) => {
    const [, name] = /^\{(\w+)\}$/.exec(part) ?? [];
    return name === undefined ? part.replace(/[.~]/g, '\\$&') : `(?<${name}>[^/]+)`;
  });
  return { route, expression: new RegExp(`^${parts.join('/')}$`) };
};

const decode = (text: string): string | null => {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
};

function matchPattern({ route, expression }: Pattern, path: string): MatchedRoute | null {
  const groups = expression.exec(path);
  if (!groups) return null;
  const parameters = Object.entries(groups.groups ?? {}).map(([name, text]) => [name, decode(text)] as const);
  if (parameters.some(([, text]) => text === null)) return null;
  return { route, parameters: Object.fromEntries(parameters.map(([name, text]) => [name, text ?? ''])) };
}

/** A path without parameters goes before one with them. */
const byParameters = (one: Pattern, other: Pattern): number =>
  one.route.path.split('{').length - other.route.path.split('{').length;

interface Rules {
  readonly schema: GraphQLSchema;
  readonly errorInterface: string | null;
}

/** Makes routes of what clients marked. An entry that cannot be one is left out and told. */
export function createRestRoutes(folder: OperationFolder, rules: Rules): RestRoutes {
  const problems: string[] = [];
  const routes = new Map<string, RestRoute>();
  const attempt = <T>(where: string, work: () => T): T | null => {
    try {
      return work();
    } catch (error) {
      problems.push(`${where}: ${error instanceof Error ? error.message : String(error)}`);
      return null;
    }
  };
  const add = (client: string, entry: RouteEntry) => {
    const key = `${entry.method} ${entry.path}`;
    attempt(`${client}.rest.json, ${key}`, () => {
      const operation = folder.current().clients.get(client)?.findByName(entry.settings.operation);
      if (!operation) throw new Error(`${entry.settings.operation} is not registered.`);
      const pattern = key.replace(/\{\w+\}/g, '{}');
      if (routes.has(pattern)) throw new Error('Another operation has this route.');
      routes.set(pattern, createRoute(entry, operation, rules));
    });
  };
  for (const [client, content] of folder.sideFiles('rest')) {
    for (const entry of attempt(`${client}.rest.json`, () => parseRouteFile(content)) ?? [])
      add(client, entry);
  }
  const patterns = [...routes.values()].map(patternOf).toSorted(byParameters);
  return {
    routes: [...routes.values()],
    problems,
    match: (method, path) => {
      for (const pattern of patterns) {
        const matched = pattern.route.method === method ? matchPattern(pattern, path) : null;
        if (matched) return matched;
      }
      return null;
    },
    methodsOf: (path) =>
      patterns.flatMap((pattern) => (matchPattern(pattern, path) ? pattern.route.method : [])),
  };
}

/** Says which entries are no routes. */
export function logProblems({ problems }: RestRoutes, logger: Logger): void {
  for (const problem of problems) logger.error({ problem }, 'not a route');
}
