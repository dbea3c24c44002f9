import {
  type GraphQLInputType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isListType,
  isScalarType,
} from 'graphql';
import { refusal } from '../../plugins/read-body.ts';
import type { ScalarTypes } from '../json-schema.ts';
import type { RestRoute, RouteVariable } from './rest-route.ts';

export interface RestRequest {
  /** Path parameters as they stand in the path, decoded. */
  readonly path: Readonly<Record<string, string>>;
  readonly search: URLSearchParams;
  readonly headers: NodeJS.Dict<string | string[]>;
  /** Undefined when the route takes none. */
  readonly body: unknown;
}

type Variables = Record<string, unknown>;

const invalid = (message: string) => refusal(400, 'BAD_USER_INPUT', message);

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function numberOf(text: string, name: string, pattern: RegExp): number {
  if (!pattern.test(text))
    throw invalid(`${name}: ${JSON.stringify(text.slice(0, 40))} is no number of its kind.`);
  return Number(text);
}

function booleanOf(text: string, name: string): boolean {
  if (text !== 'true' && text !== 'false') throw invalid(`${name} is true or false.`);
  return text === 'true';
}

const integer = /^-?\d{1,15}$/;
const decimal = /^-?\d{1,300}(\.\d{1,300})?([eE][+-]?\d{1,3})?$/;

/** The value of a parameter's texts by its type. What a scalar allows is left to the scalar. */
function coerceTexts(
  outer: GraphQLInputType,
  texts: readonly string[],
  at: { name: string; scalars: ScalarTypes },
): unknown {
  const type = getNullableType(outer);
  if (isListType(type)) return texts.map((text) => coerceTexts(type.ofType, [text], at));
  const [text = '', ...more] = texts;
  if (more.length > 0) throw invalid(`${at.name} is given more than once.`);
  if (isEnumType(type)) return text;
  if (!isScalarType(type)) throw invalid(`${at.name} is given by its members.`);
  const kind = at.scalars[type.name];
  if (type.name === 'Int' || kind === 'integer') return numberOf(text, at.name, integer);
  if (type.name === 'Float' || kind === 'number') return numberOf(text, at.name, decimal);
  if (type.name === 'Boolean' || kind === 'boolean') return booleanOf(text, at.name);
  return text;
}

/** `filter[state]=DUE&filter[tag]=a&filter[tag]=b`: members of an input, one level deep. */
function membersOf(
  variable: RouteVariable,
  search: URLSearchParams,
  scalars: ScalarTypes,
): Variables | undefined {
  const type = getNullableType(variable.type);
  if (!isInputObjectType(type)) return undefined;
  const given = Object.values(type.getFields()).flatMap((field) => {
    const name = `${variable.name}[${field.name}]`;
    const texts = search.getAll(name);
    return texts.length === 0
      ? []
      : [[field.name, coerceTexts(field.type, texts, { name, scalars })] as const];
  });
  return given.length === 0 ? undefined : Object.fromEntries(given);
}

/** The keys that a query string may have for a variable. */
function keysOf({ name, type: outer }: RouteVariable): string[] {
  const type = getNullableType(outer);
  return isInputObjectType(type) ? Object.keys(type.getFields()).map((field) => `${name}[${field}]`) : [name];
}

function refuseUnknown({ variables }: RestRoute, search: URLSearchParams): void {
  const known = new Set(variables.filter(({ from }) => from === 'query').flatMap(keysOf));
  for (const key of search.keys()) {
    if (!known.has(key)) throw invalid(`There is no parameter ${key.slice(0, 40)}.`);
  }
}

function fromBody(route: RestRoute, body: unknown): Variables {
  const [whole] = route.variables.filter(({ from }) => from === 'whole-body');
  if (whole) return body === undefined ? {} : { [whole.name]: body };
  if (body === undefined) return {};
  if (!isRecord(body)) throw invalid('The body is a JSON object.');
  const names = new Set(route.variables.filter(({ from }) => from === 'body').map(({ name }) => name));
  const unknown = Object.keys(body).find((name) => !names.has(name));
  if (unknown !== undefined) throw invalid(`There is no member ${unknown.slice(0, 40)}.`);
  return { ...body };
}

/** Puts headers where the route says; what the body says itself stays. */
function addHeaders({ settings }: RestRoute, { headers }: RestRequest, variables: Variables): void {
  for (const [header, place] of Object.entries(settings.headers)) {
    const value = headers[header.toLowerCase()];
    const [name = '', member] = place.split('.');
    if (typeof value !== 'string') continue;
    if (member === undefined) variables[name] ??= value;
    else if (variables[name] === undefined || isRecord(variables[name])) {
      variables[name] = { [member]: value, ...variables[name] };
    }
  }
}

/** The operation's variables, from path, query string, body and headers. Throws a 400 for what has no place. */
export function readRestVariables(route: RestRoute, request: RestRequest, scalars: ScalarTypes): Variables {
  refuseUnknown(route, request.search);
  const variables = fromBody(route, request.body);
  for (const variable of route.variables) {
    const { name, type, from } = variable;
    const texts = from === 'path' ? [request.path[name] ?? ''] : request.search.getAll(name);
    if (from !== 'path' && from !== 'query') continue;
    const value =
      texts.length === 0
        ? membersOf(variable, request.search, scalars)
        : coerceTexts(type, texts, { name, scalars });
    if (value !== undefined) variables[name] = value;
  }
  addHeaders(route, request, variables);
  const missing = route.variables.find(({ name, isRequired }) => isRequired && variables[name] === undefined);
  if (missing)
    throw invalid(missing.from === 'whole-body' ? 'A body is required.' : `${missing.name} is required.`);
  return variables;
}
