import {
  type FieldNode,
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNullableType,
  isAbstractType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredInputField,
} from 'graphql';
import {
  collectFields,
  type FieldMention,
  type Fragments,
  type ScopedSelection,
} from '../execution/collect-fields.ts';

/** A schema of JSON Schema 2020-12, as OpenAPI 3.1 and MCP take it. */
export interface JsonSchema {
  readonly [keyword: string]: unknown;
}

export type ScalarTypes = Readonly<Record<string, 'string' | 'number' | 'integer' | 'boolean'>>;

/** Makes schemas of GraphQL types; named inputs and enums are collected to be referred to. */
export interface SchemaWriter {
  ofInput(type: GraphQLInputType): JsonSchema;
  ofOutput(type: GraphQLOutputType, selected: readonly ScopedSelection[], fragments: Fragments): JsonSchema;
  /** What the schemas refer to, by name. */
  readonly definitions: Readonly<Record<string, JsonSchema>>;
}

const knownScalars: Readonly<Record<string, JsonSchema>> = {
  Int: { type: 'integer', format: 'int32' },
  Float: { type: 'number', format: 'double' },
  Boolean: { type: 'boolean' },
  String: { type: 'string' },
  ID: { type: 'string' },
  DateTime: { type: 'string', format: 'date-time' },
  Date: { type: 'string', format: 'date' },
  URL: { type: 'string', format: 'uri' },
};

const describedBy = (description: string | null | undefined): JsonSchema =>
  description ? { description } : {};

export const orNull = (schema: JsonSchema): JsonSchema =>
  typeof schema.type === 'string'
    ? { ...schema, type: [schema.type, 'null'] }
    : Object.keys(schema).every((key) => key === 'description')
      ? schema
      : { anyOf: [schema, { type: 'null' }] };

function leafOf(
  type: { readonly name: string; readonly description?: string | null | undefined },
  scalars: ScalarTypes,
) {
  const configured = scalars[type.name];
  return (
    knownScalars[type.name] ?? {
      ...(configured ? { type: configured } : {}),
      ...describedBy(type.description),
    }
  );
}

export interface WriterOptions {
  readonly schema: GraphQLSchema;
  /** JSON types of custom scalars. */
  readonly scalars: ScalarTypes;
  /** Objects that stand for failures and are told otherwise. */
  readonly isLeftOut: (type: GraphQLObjectType) => boolean;
  /** Where definitions are found: `#/components/schemas/`. */
  readonly place: string;
}

export function createSchemaWriter(options: WriterOptions): SchemaWriter {
  const definitions: Record<string, JsonSchema> = {};
  const refer = (name: string, write: () => JsonSchema): JsonSchema => {
    if (!Object.hasOwn(definitions, name)) {
      definitions[name] = {};
      definitions[name] = write();
    }
    return { $ref: `${options.place}${name}` };
  };
  const enumOf = (type: {
    name: string;
    description?: string | null | undefined;
    getValues(): readonly { name: string }[];
  }) =>
    refer(type.name, () => ({
      type: 'string',
      enum: type.getValues().map(({ name }) => name),
      ...describedBy(type.description),
    }));

  const ofInput = (type: GraphQLInputType): JsonSchema => {
    if (isNonNullType(type)) return ofInput(type.ofType);
    if (isListType(type)) return { type: 'array', items: nullableInput(type.ofType) };
    if (isEnumType(type)) return enumOf(type);
    if (!isInputObjectType(type)) return leafOf(type, options.scalars);
    return refer(type.name, () => {
      const fields = Object.values(type.getFields());
      return {
        type: 'object',
        ...describedBy(type.description),
        properties: Object.fromEntries(
          fields.map((field) => [
            field.name,
            { ...nullableInput(field.type), ...describedBy(field.description) },
          ]),
        ),
        required: fields.filter(isRequiredInputField).map(({ name }) => name),
        additionalProperties: false,
      };
    });
  };
  const nullableInput = (type: GraphQLInputType): JsonSchema =>
    isNonNullType(type) ? ofInput(type) : orNull(ofInput(type));

  const writeOutput = createOutputWriter(options, enumOf);
  return { ofInput, ofOutput: writeOutput, definitions };
}

type EnumWriter = (type: {
  name: string;
  description?: string | null | undefined;
  getValues(): readonly { name: string }[];
}) => JsonSchema;

interface ObjectSchema extends JsonSchema {
  readonly properties: Readonly<Record<string, JsonSchema>>;
}

/** Objects that differ in their names only become one, with the names to tell them apart. */
function joinByShape(objects: readonly ObjectSchema[]): ObjectSchema[] {
  const shapes = new Map<string, ObjectSchema[]>();
  for (const object of objects) {
    const { __typename: _name, ...others } = object.properties;
    const shape = JSON.stringify(others);
    shapes.set(shape, [...(shapes.get(shape) ?? []), object]);
  }
  return [...shapes.values()].flatMap((alike) => {
    const [first] = alike;
    const names = alike.flatMap(({ properties }) => properties.__typename?.const ?? []);
    if (!first) return [];
    return names.length < 2
      ? first
      : { ...first, properties: { ...first.properties, __typename: { enum: names } } };
  });
}

/** Writes what a selection answers: one schema for each object that differs in what is selected of it. */
function createOutputWriter(
  { schema, scalars, isLeftOut }: WriterOptions,
  enumOf: EnumWriter,
): SchemaWriter['ofOutput'] {
  const ofObject = (type: GraphQLObjectType, selected: readonly ScopedSelection[], fragments: Fragments) => {
    const fields = [...collectFields(schema, type, { selections: selected, fragments })];
    const properties = fields.flatMap(([key, mentions]) => {
      const written = ofField(type, mentions, fragments);
      return written === null ? [] : [[key, written] as const];
    });
    return {
      type: 'object',
      properties: Object.fromEntries(properties),
      required: fields.flatMap(([key, mentions]) =>
        mentions.some(({ conditions }) => conditions.length === 0) ? key : [],
      ),
    };
  };

  const ofField = (parent: GraphQLObjectType, mentions: readonly FieldMention[], fragments: Fragments) => {
    const node: FieldNode | undefined = mentions[0]?.node;
    if (node === undefined) return null;
    if (node.name.value === '__typename') return { const: parent.name };
    const field = parent.getFields()[node.name.value];
    if (!field) return null;
    const within = mentions.flatMap(({ node: { selectionSet }, conditions }) =>
      selectionSet ? [{ set: selectionSet, conditions }] : [],
    );
    const written = nullable(field.type, within, fragments);
    return '$ref' in written ? written : { ...written, ...describedBy(field.description) };
  };

  const nullable = (
    type: GraphQLOutputType,
    selected: readonly ScopedSelection[],
    fragments: Fragments,
  ): JsonSchema =>
    isNonNullType(type) ? ofOutput(type, selected, fragments) : orNull(ofOutput(type, selected, fragments));

  const ofOutput: SchemaWriter['ofOutput'] = (outer, selected, fragments) => {
    const type = getNullableType(outer);
    if (isListType(type)) return { type: 'array', items: nullable(type.ofType, selected, fragments) };
    if (isEnumType(type)) return enumOf(type);
    if (isLeafType(type)) return leafOf(type, scalars);
    const objects = isAbstractType(type) ? schema.getPossibleTypes(type) : isObjectType(type) ? [type] : [];
    const written = objects
      .filter((object) => !isLeftOut(object))
      .map((object) => ofObject(object, selected, fragments));
    const distinct = joinByShape(written);
    const [only] = distinct;
    return distinct.length === 1 && only ? only : { anyOf: distinct };
  };
  return ofOutput;
}
