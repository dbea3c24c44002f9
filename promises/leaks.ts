import type { Recorded } from './recorder.ts';

/** What no answer may contain anywhere. */
const forbidden: Readonly<Record<string, RegExp>> = {
  'a stack frame': /\bat (?:async )?[\w.<>[\] ]+ \(?(?:file:|node:|\/)|\.(?:ts|js|mjs|cjs):\d+/,
  'a dependency': /node_modules/,
  'the ORM': /prisma/i,
  'the database': /SQLSTATE|violates \w+(?:-\w+)* constraint|relation \\?"/i,
  'a system error': /\bE(?:CONN(?:REFUSED|RESET|ABORTED)|TIMEDOUT|NOTFOUND|PIPE|ACCES|NOENT)\b/,
  'a connection string': /(?:postgres(?:ql)?|redis|amqp|smtp):\/\//i,
  'the schema in passing': /Did you mean/,
  'a stack': /"stacktrace"|"exception"|"serviceName"/,
};

/** What no error and no header may contain; data may carry links, and what users wrote. */
const forbiddenInErrors: Readonly<Record<string, RegExp>> = {
  'a host and port': /\b(?:localhost|\d{1,3}(?:\.\d{1,3}){3}):\d+/,
  'a path of a file': /(?:^|[\s"'(])\/(?:home|work|usr|root|tmp|var|opt|app)\//,
  'a version': /\b(?:node|node\.js|apollo|graphql|postgres|postgresql|redis)\b[\w .@/-]*?\bv?\d+\.\d+/i,
};

const tellingHeaders = /^(x-powered-by|server|via|x-aspnet|x-runtime)/i;

interface GivenError {
  readonly extensions?: { readonly requestId?: unknown };
}

interface Problem {
  readonly type?: unknown;
  readonly requestId?: unknown;
  readonly errors?: unknown;
}

/** The errors of an answer, by GraphQL or by RFC 9457; none for what is no JSON. */
function errorsOf({ body }: Recorded): readonly GivenError[] {
  try {
    const { errors, ...problem } = JSON.parse(body) as Problem;
    if (typeof problem.type === 'string' && problem.type.startsWith('urn:problem:'))
      return [{ extensions: problem }];
    return Array.isArray(errors) ? errors : [];
  } catch {
    return [];
  }
}

const hitsIn = (text: string, patterns: Readonly<Record<string, RegExp>>) =>
  Object.entries(patterns).flatMap(([what, pattern]) => {
    const found = pattern.exec(text);
    return found ? [`${what}: ${text.slice(Math.max(0, found.index - 40), found.index + 60)}`] : [];
  });

/** What an answer tells that it should not. */
export function findLeaks(answer: Recorded): string[] {
  const { asked, status, headers, body } = answer;
  const names = Object.keys(headers).filter((name) => tellingHeaders.test(name));
  const found = [
    ...hitsIn(body, forbidden),
    ...hitsIn(JSON.stringify([headers, errorsOf(answer)]), { ...forbidden, ...forbiddenInErrors }),
    ...names.map((name) => `the header ${name}`),
  ];
  return found.map((leak) => `${asked} → ${status}: ${leak}`);
}

/** The ids by which errors can be looked up; null for each error that has none. */
export const requestIdsOf = (answer: Recorded): (string | null)[] =>
  errorsOf(answer).map(({ extensions }) => {
    const id = extensions?.requestId;
    return typeof id === 'string' ? id : null;
  });
