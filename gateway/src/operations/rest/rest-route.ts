import {
  type DocumentNode,
  type FieldNode,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isAbstractType,
  isInputObjectType,
  isInterfaceType,
  isNonNullType,
  Kind,
  type OperationDefinitionNode,
  parse,
  print,
  type SelectionNode,
  typeFromAST,
  validate,
  visit,
} from 'graphql';
import { responseKeyOf } from '../../execution/private-keys.ts';
import type { RegisteredOperation } from '../manifest.ts';
import type { Method, RouteEntry, RouteSettings } from './route-file.ts';

/** Where a variable of the operation comes from. */
export interface RouteVariable {
  readonly name: string;
  readonly type: GraphQLInputType;
  readonly isRequired: boolean;
  readonly from: 'path' | 'query' | 'body' | 'whole-body';
}

/** A registered operation as a route. */
export interface RestRoute {
  readonly method: Method;
  readonly path: string;
  /** `v1` */
  readonly version: string;
  readonly settings: RouteSettings;
  readonly operation: RegisteredOperation;
  /** The operation as it is run: told apart by type where a failure may be answered. */
  readonly source: string;
  readonly document: DocumentNode;
  readonly variables: readonly RouteVariable[];
  readonly root: {
    readonly key: string;
    readonly node: FieldNode;
    readonly field: GraphQLField<unknown, unknown>;
  };
  /** Types of the result that stand for failures. */
  readonly failures: ReadonlySet<string>;
}

export interface RouteRules {
  readonly schema: GraphQLSchema;
  /** The interface of results that stand for failures; null when there is none. */
  readonly errorInterface: string | null;
}

const isOperation = (node: { kind: string }): node is OperationDefinitionNode =>
  node.kind === Kind.OPERATION_DEFINITION;

const fieldNode = (name: string): FieldNode => ({ kind: Kind.FIELD, name: { kind: Kind.NAME, value: name } });

function placeOf(
  entry: RouteEntry,
  name: string,
  type: GraphQLInputType,
  others: number,
): RouteVariable['from'] {
  if (entry.path.includes(`{${name}}`)) return 'path';
  if (entry.method === 'GET' || entry.method === 'DELETE') return 'query';
  const isWhole =
    entry.settings.body === undefined
      ? others === 1 && isInputObjectType(getNullableType(type))
      : entry.settings.body === name;
  return isWhole ? 'whole-body' : 'body';
}

function listVariables(
  entry: RouteEntry,
  operation: OperationDefinitionNode,
  schema: GraphQLSchema,
): RouteVariable[] {
  const definitions = operation.variableDefinitions ?? [];
  const free = definitions.filter(({ variable }) => !entry.path.includes(`{${variable.name.value}}`));
  const variables = definitions.map((definition): RouteVariable => {
    const name = definition.variable.name.value;
    const type = typeFromAST(schema, definition.type) as GraphQLInputType | undefined;
    if (!type) throw new Error(`The variable $${name} has no type.`);
    const isRequired = isNonNullType(type) && definition.defaultValue === undefined;
    return { name, type, isRequired, from: placeOf(entry, name, type, free.length) };
  });
  const names = new Set(variables.map(({ name }) => name));
  const inPath = [...entry.path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  const places = Object.values(entry.settings.headers).map((place) => place.split('.')[0] ?? '');
  const whole = entry.settings.body === undefined ? [] : [entry.settings.body];
  const unknown = [...inPath, ...places, ...whole].find((name) => !names.has(name));
  if (unknown !== undefined) throw new Error(`The operation has no variable $${unknown}.`);
  return variables;
}

/** Asks for the type, and of failures for the interface's fields, in the selection of the root field. */
function tellApart(
  root: FieldNode,
  field: GraphQLField<unknown, unknown>,
  { schema, errorInterface }: RouteRules,
) {
  const type = getNamedType(field.type);
  const failure = errorInterface === null ? undefined : schema.getType(errorInterface);
  const failures = isInterfaceType(failure) ? schema.getPossibleTypes(failure).map(({ name }) => name) : [];
  const possible = new Set(isAbstractType(type) ? schema.getPossibleTypes(type).map(({ name }) => name) : []);
  const among = failures.filter((name) => possible.has(name));
  if (!isInterfaceType(failure) || among.length === 0 || !root.selectionSet)
    return { root, failures: new Set<string>() };
  const told = ['code', 'message', 'path'].filter((name) => Object.hasOwn(failure.getFields(), name));
  const fragment: SelectionNode = {
    kind: Kind.INLINE_FRAGMENT,
    typeCondition: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: failure.name } },
    selectionSet: { kind: Kind.SELECTION_SET, selections: told.map(fieldNode) },
  };
  const selections = [fieldNode('__typename'), ...root.selectionSet.selections, fragment];
  return {
    root: { ...root, selectionSet: { ...root.selectionSet, selections } },
    failures: new Set(among),
  };
}

/** Makes a route of a registered operation. Throws an Error that says why it cannot be one. */
export function createRoute(entry: RouteEntry, operation: RegisteredOperation, rules: RouteRules): RestRoute {
  const given = parse(operation.body, { noLocation: true });
  const definition = given.definitions.find(isOperation);
  const [root, ...others] = definition?.selectionSet.selections ?? [];
  if (!definition || root?.kind !== Kind.FIELD || others.length > 0) {
    throw new Error('A route answers one field of the root: the operation has another selection.');
  }
  if (definition.operation === 'subscription') throw new Error('A subscription is no route.');
  if (entry.method === 'GET' && definition.operation !== 'query')
    throw new Error('GET answers queries only.');
  const field = rules.schema.getRootType(definition.operation)?.getFields()[root.name.value];
  if (!field) throw new Error(`There is no field ${root.name.value}.`);
  const told = tellApart(root, field, rules);
  const document = visit(given, { Field: (node) => (node === root ? told.root : undefined) });
  const [problem] = validate(rules.schema, document);
  if (problem) throw new Error(problem.message);
  return {
    method: entry.method,
    path: entry.path,
    version: entry.path.split('/')[1] ?? '',
    settings: entry.settings,
    operation,
    source: print(document),
    document,
    variables: listVariables(entry, definition, rules.schema),
    root: { key: responseKeyOf(root), node: told.root, field },
    failures: told.failures,
  };
}
