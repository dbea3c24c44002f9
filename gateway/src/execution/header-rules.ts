import { z } from 'zod';
import type { SendToSubgraph } from './fetch-step.ts';
import type { DataObject } from './gathered.ts';

/** What frames messages, is said by the gateway itself, or cannot be said twice in one line. */
const ownHeaders =
  /^(?:connection|content-.*|expect|host|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|cache-control|set-cookie|x-request-id|x-sm-.*)$/;
const headerName = z
  .string()
  .toLowerCase()
  .regex(/^[a-z0-9-]+$/)
  .refine((name) => !ownHeaders.test(name), 'This header is not passed on.');

/** What is done with headers between clients and a subgraph. Names are in small letters. */
export const headerRulesSchema = z.strictObject({
  /** Headers of the client's request that the subgraph is told. */
  propagate: z.array(headerName).default([]),
  /** Headers that the subgraph is told whatever the client says. */
  insert: z.record(headerName, z.string().regex(/^[\x20-\x7e]*$/)).default({}),
  /** Of what all subgraphs are told: what this one is not. */
  remove: z.array(headerName).default([]),
  /** Headers of the subgraph's responses that the client is told. */
  answer: z.array(headerName).default([]),
});

export type HeaderRules = z.output<typeof headerRulesSchema>;

/** Rules by subgraph; `*` for all of them. */
export type HeaderPolicy = Readonly<Record<string, HeaderRules>>;

type Headers = Readonly<Record<string, string>>;

/** The rules of one subgraph, decided once. */
export interface SubgraphHeaders {
  /** What it is told, of what requests bring that any subgraph is told. */
  tell(brought: Headers): Headers;
  /** What clients are told, in the head of its response; null when that is never anything. */
  readonly answered: ((head: string) => Headers) | null;
}

export const namesBrought = (policy: HeaderPolicy): string[] => [
  ...new Set(Object.values(policy).flatMap(({ propagate }) => propagate)),
];

export const tellsClients = (policy: HeaderPolicy): boolean =>
  Object.values(policy).some(({ answer }) => answer.length > 0);

/** Joins what is said more than once (RFC 9110, 5.3). */
function add(headers: Record<string, string>, name: string, value: string): void {
  const before = Object.hasOwn(headers, name) ? headers[name] : undefined;
  if (before === undefined) headers[name] = value;
  else if (!before.split(', ').includes(value)) headers[name] = `${before}, ${value}`;
}

function readAnswered(names: readonly string[]): SubgraphHeaders['answered'] {
  if (names.length === 0) return null;
  const wanted = new RegExp(`\\r\\n(${names.join('|')}):[ \\t]*([^\\r]*)`, 'gi');
  return (head) => {
    const headers: Record<string, string> = {};
    for (const [, name = '', value = ''] of head.matchAll(wanted))
      add(headers, name.toLowerCase(), value.trimEnd());
    return headers;
  };
}

export function compileHeaderRules(policy: HeaderPolicy, service: string): SubgraphHeaders {
  const general = policy['*'];
  const own = Object.hasOwn(policy, service) && service !== '*' ? policy[service] : undefined;
  const removed = new Set(own?.remove);
  const told = [
    ...(general?.propagate.filter((name) => !removed.has(name)) ?? []),
    ...(own?.propagate ?? []),
  ];
  const inserted = {
    ...Object.fromEntries(Object.entries(general?.insert ?? {}).filter(([name]) => !removed.has(name))),
    ...own?.insert,
  };
  const answered = readAnswered([...new Set([...(general?.answer ?? []), ...(own?.answer ?? [])])]);
  const isToldAll =
    Object.keys(inserted).length === 0 && namesBrought(policy).every((name) => told.includes(name));
  if (isToldAll) return { tell: (brought) => brought, answered };
  return {
    tell: (brought) => {
      const headers: Record<string, string> = {};
      for (const name of told) {
        const value = brought[name];
        if (value !== undefined) headers[name] = value;
      }
      return { ...headers, ...inserted };
    },
    answered,
  };
}

/** What clients are told of a subgraph's answer: beside it, so that nothing else has to carry it along. */
const said = new WeakMap<DataObject, Headers>();

export function noteAnswerHeaders(answer: DataObject, headers: Headers | undefined): void {
  if (headers) said.set(answer, headers);
}

export const answerHeadersOf = (answer: DataObject): Headers | undefined => said.get(answer);

/** Collects, for each request, what its client is told of the answers to its fetches. */
export const collectAnswerHeaders =
  (send: SendToSubgraph): SendToSubgraph =>
  async (request) => {
    const answer = await send(request);
    const headers = answerHeadersOf(answer) ?? {};
    for (const [name, value] of Object.entries(headers)) add(request.scope.answerHeaders, name, value);
    return answer;
  };
