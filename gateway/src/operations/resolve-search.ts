import type { AskedRequest, ResolveOperation } from './resolve-operation.ts';

const memberOf = (name: string, text: string): unknown => {
  if (name !== 'extensions') return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};

/** A subscription's GET as the body of a POST would say it. */
export const readSearch = (search: URLSearchParams): AskedRequest =>
  Object.fromEntries(
    [...search].map(([name, text]) => [name, memberOf(name === 'variables' ? 'extensions' : name, text)]),
  );

/** Resolves the operation that the query string of a GET asks for, by its id or text. */
export function resolveSearch(
  search: URLSearchParams,
  resolve: (asked: AskedRequest) => AskedRequest,
): URLSearchParams {
  const asked = Object.fromEntries([...search].map(([name, text]) => [name, memberOf(name, text)]));
  const resolved = resolve(asked);
  if (resolved === asked) return search;
  return new URLSearchParams(
    Object.entries(resolved).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  );
}

type Headers = NodeJS.Dict<string | string[]>;

const shortText = (value: string | string[] | undefined): string | null =>
  typeof value === 'string' && value !== '' ? value.slice(0, 100) : null;

/** What a client says its name is. It proves nothing: modes protect a server, not one client from another. */
export const clientNameOf = (headers: Headers): string | null =>
  shortText(headers['apollographql-client-name']);

export const clientVersionOf = (headers: Headers): string | null =>
  shortText(headers['apollographql-client-version']);

/** The same resolution for a parsed body. */
export const resolveBody = (body: unknown, resolve: ResolveOperation, client: string | null): unknown =>
  typeof body === 'object' && body !== null && !Array.isArray(body) ? resolve(client, { ...body }) : body;
