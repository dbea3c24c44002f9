import { type FieldNode, type GraphQLSchema, isInterfaceType, isObjectType } from 'graphql';

const prefix = '_client_';
const dangerous = ['__proto__', 'constructor', 'prototype', '__typename', 'hasOwnProperty', 'toString'];

/**
 * Names under which a plan may read keys and requirements out of gathered data. What a client calls its own
 * fields must never be mistaken for one of these.
 */
export function reservedKeysOf(supergraph: GraphQLSchema): ReadonlySet<string> {
  const keys = new Set<string>(dangerous);
  for (const type of Object.values(supergraph.getTypeMap())) {
    if (isObjectType(type) || isInterfaceType(type))
      for (const name of Object.keys(type.getFields())) keys.add(name);
  }
  return keys;
}

export const responseKeyOf = (field: FieldNode): string => field.alias?.value ?? field.name.value;

/**
 * The key under which a field of the client's operation is fetched: its own response key, unless that could be
 * read as another field's value (an alias equal to some field's name), or hold another value than the plan's own
 * use of the field (it has arguments). Equal for every mention of one response key on one type, and injective.
 */
export function privateKeyOf(field: FieldNode, reserved: ReadonlySet<string>): string {
  const key = responseKeyOf(field);
  const shadows = key !== field.name.value && (reserved.has(key) || key.startsWith('_'));
  const hasArguments = field.arguments !== undefined && field.arguments.length > 0;
  return shadows || hasArguments || key.startsWith(prefix) ? prefix + key : key;
}

/** The client's own name for a key of gathered data. */
export const clientKeyOf = (key: string): string => (key.startsWith(prefix) ? key.slice(prefix.length) : key);
