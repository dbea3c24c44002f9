import {
  type DocumentNode,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isObjectType,
  Kind,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';

/**
 * The object types that fields of the document may answer. What the schema does not know is passed over: above all
 * `_entities`, whose own types are known from the representations.
 */
export function typesSelectedBy(schema: GraphQLSchema, document: DocumentNode): ReadonlySet<string> {
  const names = new Set<string>();
  const info = new TypeInfo(schema);
  const add = () => {
    const type = getNamedType(info.getType());
    if (isObjectType(type)) names.add(type.name);
    else if (isAbstractType(type))
      for (const possible of schema.getPossibleTypes(type)) names.add(possible.name);
  };
  visit(
    document,
    visitWithTypeInfo(info, {
      [Kind.FIELD]: { enter: add },
    }),
  );
  return names;
}
