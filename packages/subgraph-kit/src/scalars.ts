import { invalidInput } from '@studymate/contracts';
import { GraphQLScalarType, Kind, type ValueNode } from 'graphql';

const refuse = (name: string, expected: string) => invalidInput([], `${name} must be ${expected}.`);

const stringOf = (node: ValueNode, name: string): string => {
  if (node.kind !== Kind.STRING) throw refuse(name, 'a string');
  return node.value;
};

/** A scalar that travels as a string and is checked when it comes in. */
const textScalar = (
  name: string,
  expected: string,
  accepts: (value: string) => boolean,
): GraphQLScalarType => {
  const parse = (value: unknown): string => {
    if (typeof value !== 'string' || !accepts(value)) throw refuse(name, expected);
    return value;
  };
  return new GraphQLScalarType<string, string>({
    name,
    serialize: (value) => String(value),
    parseValue: parse,
    parseLiteral: (node) => parse(stringOf(node, name)),
  });
};

const instant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/;

function parseInstant(value: unknown): Date {
  const date = typeof value === 'string' && instant.test(value) ? new Date(value) : null;
  if (!date || Number.isNaN(date.getTime())) throw refuse('DateTime', 'an RFC 3339 instant');
  return date;
}

const dateTime = new GraphQLScalarType<Date, string>({
  name: 'DateTime',
  serialize: (value) => (value instanceof Date ? value : parseInstant(value)).toISOString(),
  parseValue: parseInstant,
  parseLiteral: (node) => parseInstant(stringOf(node, 'DateTime')),
});

const isCalendarDay = (value: string): boolean =>
  /^\d{4}-\d{2}-\d{2}$/.test(value) && new Date(`${value}T00:00:00Z`).toJSON()?.startsWith(value) === true;

function isTimeZone(value: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: value });
    return value.length <= 64 && !/^[+-]/.test(value);
  } catch {
    return false;
  }
}

function isLocale(value: string): boolean {
  try {
    return Intl.getCanonicalLocales(value).length === 1;
  } catch {
    return false;
  }
}

const hasNoControl = (value: string): boolean => !value.includes('\u0000') && value.isWellFormed();

const probability = new GraphQLScalarType<number, number>({
  name: 'Probability',
  serialize: (value) => Number(value),
  parseValue: (value) => {
    if (typeof value !== 'number' || !(value >= 0 && value <= 1)) throw refuse('Probability', 'from 0 to 1');
    return value;
  },
});

const json = new GraphQLScalarType<unknown, unknown>({ name: 'JSON', serialize: (value) => value });

const duration = /^P(?!$)(\d+Y)?(\d+M)?(\d+W)?(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?$/;

/** The scalars of schema/shared.graphql with their checks, by name. */
export const scalarTypes: Readonly<Record<string, GraphQLScalarType>> = {
  DateTime: dateTime,
  Date: textScalar('Date', 'a calendar day such as 2026-03-01', isCalendarDay),
  TimeZone: textScalar('TimeZone', 'an IANA time zone', isTimeZone),
  Locale: textScalar('Locale', 'a BCP 47 language tag', isLocale),
  Duration: textScalar('Duration', 'an ISO 8601 duration', (value) => duration.test(value)),
  Markdown: textScalar('Markdown', 'well-formed text without NUL', hasNoControl),
  URL: textScalar('URL', 'an absolute URL', (value) => URL.canParse(value)),
  Probability: probability,
  JSON: json,
};
