import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredArgument,
  isRequiredInputField,
} from 'graphql';

/** One field of one type, and an operation that asks for it and for nothing else. */
export interface MinimalOperation {
  /** `Type.field`. */
  readonly field: string;
  /** The field at the root by which it is reached. */
  readonly root: string;
  readonly query: string;
}

type Field = GraphQLField<unknown, unknown>;

/** A field on the way to an object, as it is called, and the type that it leads to. */
interface Step {
  readonly name: string;
  readonly call: string;
  readonly to: string;
}

type Path = readonly Step[];

const scalars: Readonly<Record<string, string>> = {
  Int: '1',
  Float: '1.5',
  Boolean: 'true',
  Date: '"2026-01-01"',
  DateTime: '"2026-01-01T00:00:00Z"',
  Duration: '"PT10M"',
  Locale: '"en"',
  TimeZone: '"UTC"',
  Probability: '0.5',
  URL: '"https://example.com"',
};

const text = '"someone@example.com"';

function valueFor(type: GraphQLInputType): string {
  if (isNonNullType(type)) return valueFor(type.ofType);
  if (isListType(type)) return `[${valueFor(type.ofType)}]`;
  if (isEnumType(type)) return type.getValues()[0]?.name ?? 'null';
  if (!isInputObjectType(type)) return scalars[type.name] ?? text;
  const fields = Object.values(type.getFields());
  // Of a @oneOf input exactly one member is given, though none is required.
  const given = type.isOneOf ? fields.slice(0, 1) : fields.filter(isRequiredInputField);
  return `{ ${given.map(assign).join(', ')} }`;
}

const assign = ({ name, type }: GraphQLArgument | GraphQLInputField): string => `${name}: ${valueFor(type)}`;

/** The field with the arguments that it requires. */
function call({ name, args }: Field): string {
  const required = args.filter(isRequiredArgument).map(assign);
  return required.length === 0 ? name : `${name}(${required.join(', ')})`;
}

const selectionOf = ({ type }: Field): string => (isLeafType(getNamedType(type)) ? '' : ' { __typename }');

const typesBehind = (schema: GraphQLSchema, { type }: Field): readonly GraphQLObjectType[] => {
  const target = getNamedType(type);
  if (isAbstractType(target)) return schema.getPossibleTypes(target);
  return isObjectType(target) ? [target] : [];
};

/** The shortest way from a root type to every type that it leads to; those of the first steps are known already. */
function pathsFrom(
  schema: GraphQLSchema,
  root: GraphQLObjectType,
  first: readonly Step[],
): Map<string, Path> {
  const paths = new Map<string, Path>([...first.map((step) => [step.to, [step]] as const), [root.name, []]]);
  for (const [name, path] of paths) {
    const type = schema.getType(name);
    if (!isObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      for (const { name: to } of typesBehind(schema, field)) {
        if (!paths.has(to)) paths.set(to, [...path, { name: field.name, call: call(field), to }]);
      }
    }
  }
  return paths;
}

const wrap = (path: Path, asked: string): string =>
  path.reduceRight((inner, step) => `${step.call} { ... on ${step.to} { ${inner} } }`, asked);

/**
 * For every field of every object type an operation that asks for it: by `node(id:)` where an id of that type is
 * given, else on the shortest way from there or from the root.
 */
export function listMinimalOperations(
  schema: GraphQLSchema,
  ids: Readonly<Record<string, string>>,
): MinimalOperation[] {
  const query = schema.getQueryType();
  const mutation = schema.getMutationType();
  if (!query || !mutation) throw new Error('The schema has no Query or no Mutation.');
  const nodes = Object.entries(ids).map(([to, id]) => ({ name: 'node', call: `node(id: "${id}")`, to }));
  const byQuery = pathsFrom(schema, query, nodes);
  const byMutation = pathsFrom(schema, mutation, []);
  return Object.values(schema.getTypeMap()).flatMap((type) => {
    const way = byQuery.get(type.name) ?? byMutation.get(type.name);
    if (!isObjectType(type) || type.name.startsWith('__') || !way) return [];
    const kind = byQuery.has(type.name) ? 'Query' : 'Mutation';
    return Object.values(type.getFields()).map((field) => ({
      field: `${type.name}.${field.name}`,
      root: `${kind}.${way[0]?.name ?? field.name}`,
      query: `${kind.toLowerCase()} { ${wrap(way, `${call(field)}${selectionOf(field)}`)} }`,
    }));
  });
}
