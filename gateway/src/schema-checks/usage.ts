import {
  type DocumentNode,
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isEnumType,
  isInputObjectType,
  TypeInfo,
  typeFromAST,
  visit,
  visitWithTypeInfo,
} from 'graphql';

/**
 * What an operation uses of a schema, by the paths that changes are told by: `Type`, `Type.field`,
 * `Type.field.argument`, `Input.field`, `Enum.VALUE` where the value is sent, `@directive`.
 */
export type Usage = ReadonlySet<string>;

/** Everything that a value of an input type may hold. */
function addWholeInput(outer: GraphQLInputType, used: Set<string>, seen = new Set<string>()): void {
  const type = getNamedType(outer);
  used.add(type.name);
  if (seen.has(type.name)) return;
  seen.add(type.name);
  if (isEnumType(type)) for (const { name } of type.getValues()) used.add(`${type.name}.${name}`);
  if (!isInputObjectType(type)) return;
  for (const field of Object.values(type.getFields())) {
    used.add(`${type.name}.${field.name}`);
    addWholeInput(field.type, used, seen);
  }
}

/** What a value of an input type holds. */
export function addSentInput(value: unknown, type: GraphQLInputType, used: Set<string>): void {
  if (Array.isArray(value)) {
    for (const item of value) addSentInput(item, type, used);
    return;
  }
  const named = getNamedType(type);
  if (isEnumType(named) && typeof value === 'string') used.add(named.name).add(`${named.name}.${value}`);
  if (!isInputObjectType(named) || typeof value !== 'object' || value === null) return;
  used.add(named.name);
  for (const [name, inner] of Object.entries(value)) {
    const field = named.getFields()[name];
    if (!field) continue;
    used.add(`${named.name}.${name}`);
    addSentInput(inner, field.type, used);
  }
}

/**
 * Reads the usage of a valid operation. `sent` is what is known to have been sent in its variables; when nothing is
 * known, they may hold all that their types allow.
 */
export function readUsage(schema: GraphQLSchema, document: DocumentNode, sent: Usage | null): Usage {
  const used = new Set<string>(sent ?? []);
  const info = new TypeInfo(schema);
  const addField = (typename: string, field: string) => used.add(typename).add(`${typename}.${field}`);
  visit(
    document,
    visitWithTypeInfo(info, {
      VariableDefinition: ({ type }) => {
        const input = typeFromAST(schema, type) as GraphQLInputType | undefined;
        if (!input) return;
        used.add(getNamedType(input).name);
        if (sent === null) addWholeInput(input, used);
      },
      Directive: ({ name }) => void used.add(`@${name.value}`),
      Field: ({ name, arguments: given = [] }) => {
        const parent = info.getParentType();
        const type = info.getType();
        if (!parent || !type) return;
        const owners = isAbstractType(parent)
          ? [parent.name, ...schema.getPossibleTypes(parent).map((possible) => possible.name)]
          : [parent.name];
        for (const owner of owners) {
          addField(owner, name.value);
          for (const argument of given) used.add(`${owner}.${name.value}.${argument.name.value}`);
        }
        used.add(getNamedType(type).name);
      },
      InlineFragment: ({ typeCondition }) => {
        if (typeCondition) used.add(typeCondition.name.value);
      },
      FragmentDefinition: ({ typeCondition }) => void used.add(typeCondition.name.value),
      ObjectField: ({ name }) => {
        const parent = info.getParentInputType();
        if (parent) addField(getNamedType(parent).name, name.value);
      },
      EnumValue: ({ value }) => {
        const type = info.getInputType();
        if (type) addField(getNamedType(type).name, value);
      },
    }),
  );
  return used;
}
