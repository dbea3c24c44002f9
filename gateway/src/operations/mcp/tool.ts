import {
  type DocumentNode,
  type GraphQLInputType,
  type GraphQLSchema,
  isInterfaceType,
  isNonNullType,
  Kind,
  type OperationDefinitionNode,
  parse,
  typeFromAST,
  validate,
} from 'graphql';
import { z } from 'zod';
import { createSchemaWriter, type JsonSchema, orNull, type ScalarTypes } from '../json-schema.ts';
import type { RegisteredOperation } from '../manifest.ts';
import type { OperationFolder } from '../operation-folder.ts';

const toolSchema = z.strictObject({
  /** The name of a registered operation of the same client. */
  operation: z.string().min(1),
  title: z.string().optional(),
  description: z.string().min(1),
  /** Whether a mutation may take something away; unknown is told as may. */
  destructive: z.boolean().optional(),
});

const fileSchema = z.record(z.string().regex(/^[\w-]{1,64}$/), toolSchema);

/** A registered operation as a tool of the Model Context Protocol. */
export interface Tool {
  readonly name: string;
  readonly operation: RegisteredOperation;
  readonly argumentNames: ReadonlySet<string>;
  /** As `tools/list` answers it. */
  readonly listed: JsonSchema;
}

export interface ToolRules {
  readonly schema: GraphQLSchema;
  readonly scalars: ScalarTypes;
}

const isOperation = (node: { kind: string }): node is OperationDefinitionNode =>
  node.kind === Kind.OPERATION_DEFINITION;

function inputSchemaOf(document: DocumentNode, { schema, scalars }: ToolRules): JsonSchema {
  const writer = createSchemaWriter({ schema, scalars, isLeftOut: () => false, place: '#/$defs/' });
  const variables = (document.definitions.find(isOperation)?.variableDefinitions ?? []).map((definition) => {
    const type = typeFromAST(schema, definition.type) as GraphQLInputType | undefined;
    const name = definition.variable.name.value;
    if (!type) throw new Error(`The variable $${name} has no type.`);
    const isRequired = isNonNullType(type) && !definition.defaultValue;
    return {
      name,
      isRequired,
      schema: isNonNullType(type) ? writer.ofInput(type) : orNull(writer.ofInput(type)),
    };
  });
  return {
    type: 'object',
    properties: Object.fromEntries(variables.map(({ name, schema: own }) => [name, own])),
    required: variables.filter(({ isRequired }) => isRequired).map(({ name }) => name),
    additionalProperties: false,
    ...(Object.keys(writer.definitions).length > 0 ? { $defs: writer.definitions } : {}),
  };
}

function createTool(
  name: string,
  settings: z.output<typeof toolSchema>,
  from: ToolRules & { readonly operation: RegisteredOperation | null | undefined },
): Tool {
  const { operation } = from;
  if (!operation) throw new Error(`${settings.operation} is not registered.`);
  if (operation.type === 'subscription') throw new Error('A subscription is no tool.');
  const document = parse(operation.body, { noLocation: true });
  const [problem] = validate(from.schema, document);
  if (problem) throw new Error(problem.message);
  const inputSchema = inputSchemaOf(document, from);
  const isRead = operation.type === 'query';
  const { title, description, destructive } = settings;
  return {
    name,
    operation,
    argumentNames: new Set(Object.keys(inputSchema.properties ?? {})),
    listed: {
      name,
      ...(title === undefined ? {} : { title }),
      description,
      inputSchema,
      annotations: { readOnlyHint: isRead, ...(isRead ? {} : { destructiveHint: destructive ?? true }) },
    },
  };
}

export interface Tools {
  readonly byName: ReadonlyMap<string, Tool>;
  /** Why an entry is no tool. */
  readonly problems: readonly string[];
}

/** Makes tools of what clients marked in `<client>.tools.json`. An entry that cannot be one is left out and told. */
export function createTools(folder: OperationFolder, rules: ToolRules): Tools {
  const problems: string[] = [];
  const byName = new Map<string, Tool>();
  const attempt = (where: string, work: () => void) => {
    try {
      work();
    } catch (error) {
      problems.push(`${where}: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  for (const [client, content] of folder.sideFiles('tools')) {
    const own = folder.current().clients.get(client);
    attempt(`${client}.tools.json`, () => {
      for (const [name, settings] of Object.entries(fileSchema.parse(content))) {
        attempt(`${client}.tools.json, ${name}`, () => {
          if (byName.has(name)) throw new Error('Another operation has this name.');
          byName.set(
            name,
            createTool(name, settings, { ...rules, operation: own?.findByName(settings.operation) }),
          );
        });
      }
    });
  }
  return { byName, problems };
}

/** The names of the types that stand for failures. */
export function failuresOf(schema: GraphQLSchema, errorInterface: string | null): ReadonlySet<string> {
  const type = errorInterface === null ? undefined : schema.getType(errorInterface);
  return new Set(isInterfaceType(type) ? schema.getPossibleTypes(type).map(({ name }) => name) : []);
}
