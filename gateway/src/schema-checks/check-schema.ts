import { type Change, ChangeType, CriticalityLevel, diff } from '@graphql-inspector/core';
import { type GraphQLSchema, parse, validate } from 'graphql';
import { readUsage, type Usage } from './usage.ts';

/** An operation that somebody is known to send. */
export interface KnownOperation {
  /** The id it is registered under, or the hash of its text. */
  readonly id: string;
  readonly name: string | null;
  readonly body: string;
  /** Who sends it, as one reads it: `web 2.1.0`. */
  readonly senders: readonly string[];
  /** What of input types was seen in its variables; null when nobody looked. */
  readonly sent: Usage | null;
}

export interface CheckedChange {
  readonly message: string;
  /** `Type.field`, as far as the change has a place. */
  readonly path: string | null;
  /** Operations that use what changes. */
  readonly usedBy: readonly KnownOperation[];
}

export interface SchemaCheck {
  readonly breaking: readonly CheckedChange[];
  readonly dangerous: readonly CheckedChange[];
  /** Operations that the new schema does not answer as the old one did, and why. */
  readonly broken: readonly { readonly operation: KnownOperation; readonly reasons: readonly string[] }[];
}

/** Changes of what can be asked at a place that is there already: whoever uses the place is told. */
const additions: readonly string[] = [ChangeType.FieldArgumentAdded, ChangeType.InputFieldAdded];

/** Changes of which possible types an abstract type has: only fragments on the type notice, and do not validate. */
const memberships: readonly string[] = [ChangeType.UnionMemberRemoved, ChangeType.ObjectTypeInterfaceRemoved];

function isUsed({ type, path }: Change, usage: Usage): boolean {
  if (path === undefined || memberships.includes(type)) return false;
  return usage.has(additions.includes(type) ? path.slice(0, path.lastIndexOf('.')) : path);
}

/**
 * Holds a change of schema against the operations that are known to be sent. A breaking change that none of them
 * uses breaks nobody who is known; one that an operation uses, or that leaves it invalid, breaks whoever sends it.
 */
export async function checkSchema(
  before: GraphQLSchema,
  after: GraphQLSchema,
  operations: readonly KnownOperation[],
): Promise<SchemaCheck> {
  const changes = await diff(before, after);
  const known = operations.map((operation) => {
    const document = parse(operation.body, { noLocation: true });
    const wasValid = validate(before, document).length === 0;
    return {
      operation,
      wasValid,
      usage: wasValid ? readUsage(before, document, operation.sent) : new Set<string>(),
      problems: wasValid ? validate(after, document).map(({ message }) => message) : [],
    };
  });
  const withUse = (change: Change): CheckedChange => ({
    message: change.message,
    path: change.path ?? null,
    usedBy: known.filter(({ usage }) => isUsed(change, usage)).map(({ operation }) => operation),
  });
  const ofLevel = (level: string) => changes.filter(({ criticality }) => criticality.level === level);
  const breaking = ofLevel(CriticalityLevel.Breaking).map(withUse);
  return {
    breaking,
    dangerous: ofLevel(CriticalityLevel.Dangerous).map(withUse),
    broken: known.flatMap(({ operation, problems }) => {
      const used = breaking.filter(({ usedBy }) => usedBy.includes(operation)).map(({ message }) => message);
      const reasons = [...used, ...problems];
      return reasons.length === 0 ? [] : [{ operation, reasons }];
    }),
  };
}

const place = ({ id, name, senders }: KnownOperation): string =>
  `${name ?? 'unnamed'} (${id.slice(0, 24)}) of ${senders.join(', ')}`;

/** The check for people, one line after the other. `isTrafficKnown`: whether recorded traffic was among the operations. */
export function reportCheck({ breaking, dangerous, broken }: SchemaCheck, isTrafficKnown: boolean): string[] {
  const unused = breaking.filter(({ usedBy }) => usedBy.length === 0);
  return [
    ...broken.flatMap(({ operation, reasons }) => [
      `✗ breaks ${place(operation)}`,
      ...reasons.map((reason) => `    ${reason}`),
    ]),
    ...unused.map(({ message }) =>
      isTrafficKnown
        ? `✓ ${message}: safe by usage, no known operation uses it`
        : `✗ ${message}: no registered operation uses it, and without --traffic nobody knows of others`,
    ),
    ...dangerous.map(
      ({ message, usedBy }) =>
        `! ${message}${usedBy.length === 0 ? '' : `: used by ${usedBy.map(place).join('; ')}`}`,
    ),
  ];
}
