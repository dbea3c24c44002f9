import {
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isUnionType,
} from 'graphql';

/** Numbers from 0 to below 1 that follow from the seed (mulberry32). */
function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const shadows = ['id', 'name', 'title', 'email', 'x', 'y', '__typename', '_e0', 'constructor'];

interface Writing {
  readonly schema: GraphQLSchema;
  readonly random: () => number;
  readonly fragments: string[];
}

const pick = <T>(random: () => number, from: readonly T[]): T => {
  const item = from[Math.floor(random() * from.length)];
  if (item === undefined) throw new Error('Nothing to pick from.');
  return item;
};

function argumentsOf({ random }: Writing, field: GraphQLField<unknown, unknown>): string {
  const given = field.args
    .filter(({ name }) => name === 'id' || random() < 0.7)
    .map(({ name }) => {
      if (name === 'id') return `id: "${pick(random, ['u1', 'p2', 'u3'])}"`;
      return random() < 0.3 ? `${name}: $count` : `${name}: ${Math.floor(random() * 4)}`;
    });
  return given.length > 0 ? `(${given.join(', ')})` : '';
}

const directive = ({ random }: Writing): string => {
  if (random() > 0.15) return '';
  const condition = pick(random, ['$yes', '$no', 'true', 'false']);
  return ` @${pick(random, ['include', 'skip'])}(if: ${condition})`;
};

function writeField(writing: Writing, type: GraphQLCompositeType, depth: number): string {
  const { random } = writing;
  const fields = isUnionType(type) ? [] : Object.values(type.getFields());
  if (fields.length === 0 || random() < 0.08)
    return `${random() < 0.4 ? `${pick(random, shadows)}: ` : ''}__typename`;
  const field = pick(random, fields);
  const alias = random() < 0.35 ? `${pick(random, shadows)}: ` : '';
  const head = `${alias}${field.name}${argumentsOf(writing, field)}${directive(writing)}`;
  const result = getNamedType(field.type);
  return isCompositeType(result) ? `${head} ${writeSelections(writing, result, depth - 1)}` : head;
}

function writeSelection(writing: Writing, type: GraphQLCompositeType, depth: number): string {
  const { random, schema, fragments } = writing;
  const kind = random();
  if (kind > 0.25 || depth <= 0) return writeField(writing, type, depth);
  const conditions = isAbstractType(type) ? [type, ...schema.getPossibleTypes(type)] : [type];
  const condition = pick(random, conditions);
  const selections = writeSelections(writing, condition, depth);
  if (kind > 0.1) return `... on ${condition.name}${directive(writing)} ${selections}`;
  const name = `F${fragments.length}`;
  fragments.push(`fragment ${name} on ${condition.name} ${selections}`);
  return `...${name}${directive(writing)}`;
}

function writeSelections(writing: Writing, type: GraphQLCompositeType, depth: number): string {
  const { random } = writing;
  if (depth <= 0)
    return isUnionType(type)
      ? '{ __typename }'
      : `{ ${pick(random, ['__typename', Object.keys(type.getFields())[0] === 'id' ? 'id' : '__typename'])} }`;
  const count = 1 + Math.floor(random() * 4);
  return `{ ${Array.from({ length: count }, () => writeSelection(writing, type, depth)).join(' ')} }`;
}

/** An operation over the schema that follows from the seed; it need not be valid. */
export function someOperation(schema: GraphQLSchema, seed: number): string {
  const writing: Writing = { schema, random: createRandom(seed), fragments: [] };
  const root = schema.getQueryType();
  if (!root) throw new Error('The schema has no queries.');
  const body = writeSelections(writing, root, 4);
  return `query ($yes: Boolean = true, $no: Boolean = false, $count: Int = 2) ${body}\n${writing.fragments.join('\n')}`;
}

/** The operation with definitions of just those variables that it uses. */
export const declareUsed = (source: string): string => {
  const used = (name: string) => source.split(`$${name}`).length > 2;
  const declared = ['$yes: Boolean = true', '$no: Boolean = false', '$count: Int = 2'].filter((definition) =>
    used(definition.slice(1, definition.indexOf(':'))),
  );
  return source.replace(/^query \([^)]*\)/, declared.length > 0 ? `query (${declared.join(', ')})` : 'query');
};
