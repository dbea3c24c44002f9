import {
  forbidden,
  type Policy,
  policies,
  publicEntities,
  publicFields,
  unauthenticated,
} from '@studymate/contracts';
import {
  type ConstDirectiveNode,
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  type InterfaceTypeDefinitionNode,
  type InterfaceTypeExtensionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  type ObjectTypeExtensionNode,
} from 'graphql';
import type { IMiddlewareFieldMap, IMiddlewareTypeMap } from 'graphql-middleware';
import { allow, type IRules, rule, shield } from 'graphql-shield';
import { requireViewer, type ViewerContext } from './viewer.ts';

type TypeNode =
  | ObjectTypeDefinitionNode
  | ObjectTypeExtensionNode
  | InterfaceTypeDefinitionNode
  | InterfaceTypeExtensionNode;

type Decide = (parent: unknown, args: Record<string, unknown>, context: ViewerContext) => true | Error;

type FieldRule = typeof allow | ReturnType<ReturnType<typeof rule>>;

const ruleOf = (name: string, decide: Decide): FieldRule =>
  rule(name, { cache: 'no_cache' })((parent, args, context: ViewerContext) => {
    const decision = decide(parent, args, context);
    return decision === true ? true : decision;
  });

const authenticated: Decide = (_parent, _args, { viewer }) => (viewer ? true : unauthenticated());

const isOwner = (parent: unknown, viewerId: string): boolean =>
  typeof parent === 'object' && parent !== null && 'id' in parent && parent.id === viewerId;

/** What each policy name means where the row is at hand. */
const policyDecisions: Readonly<Record<Policy, Decide>> = {
  self_or_admin: (parent, _args, context) => {
    const viewer = requireViewer(context);
    return isOwner(parent, viewer.id) || viewer.scopes.includes('admin:users')
      ? true
      : forbidden('read this field');
  },
};

const listsOf = (directive: ConstDirectiveNode): string[][] => {
  const value = directive.arguments?.[0]?.value;
  if (value?.kind !== Kind.LIST) return [];
  return value.values.map((inner) =>
    inner.kind === Kind.LIST
      ? inner.values.flatMap((name) => (name.kind === Kind.STRING ? [name.value] : []))
      : [],
  );
};

/** An OR of ANDs, as federation defines it for scopes and policies. */
const anyOfAll = <T>(alternatives: readonly (readonly T[])[], holds: (item: T) => boolean): boolean =>
  alternatives.some((all) => all.every(holds));

function decisionOf(directive: ConstDirectiveNode): Decide | null {
  switch (directive.name.value) {
    case 'authenticated':
      return authenticated;
    case 'requiresScopes': {
      const alternatives = listsOf(directive);
      return (_parent, _args, { viewer }) => {
        if (!viewer) return unauthenticated();
        const held: readonly string[] = viewer.scopes;
        return anyOfAll(alternatives, (scope) => held.includes(scope)) ? true : forbidden('use this field');
      };
    }
    case 'policy': {
      const alternatives = listsOf(directive);
      return (parent, args, context) => {
        if (!context.viewer) return unauthenticated();
        const holds = (name: string) =>
          policies.some(
            (policy) => policy === name && policyDecisions[policy](parent, args, context) === true,
          );
        return anyOfAll(alternatives, holds) ? true : forbidden('read this field');
      };
    }
    default:
      return null;
  }
}

const allOf =
  (decisions: readonly Decide[]): Decide =>
  (parent, args, context) => {
    for (const decide of decisions) {
      const decision = decide(parent, args, context);
      if (decision !== true) return decision;
    }
    return true;
  };

const decisionsOn = (directives: readonly ConstDirectiveNode[] | undefined): Decide[] =>
  (directives ?? []).flatMap((directive) => decisionOf(directive) ?? []);

const rootTypes = new Set(['Query', 'Mutation', 'Subscription']);

/** Entities are for signed-in callers, save those that everybody may see. */
const entities = ruleOf('entities', (_parent, { representations }, { viewer }) => {
  const typenames = Array.isArray(representations)
    ? representations.map((representation: { __typename?: unknown }) => String(representation.__typename))
    : [];
  return viewer || typenames.every((typename) => publicEntities.includes(typename))
    ? true
    : unauthenticated();
});

function rulesOfType(node: TypeNode): Record<string, FieldRule> {
  const typeName = node.name.value;
  const isRoot = rootTypes.has(typeName);
  const ofType = decisionsOn(node.directives);
  const rules: Record<string, FieldRule> = {};
  for (const field of node.fields ?? []) {
    const name = `${typeName}.${field.name.value}`;
    const decisions = [...ofType, ...decisionsOn(field.directives)];
    if (decisions.length > 0) rules[field.name.value] = ruleOf(name, allOf(decisions));
    else if (!isRoot || publicFields.includes(name)) rules[field.name.value] = allow;
    else throw new Error(`${name} has no access directive and is not on the public list.`);
  }
  return rules;
}

/** Leaves fields as they are where there is nothing to decide: graphql-shield would make a promise of each value. */
function onlyDeciding(
  middleware: IMiddlewareTypeMap,
  rules: Readonly<Record<string, Readonly<Record<string, FieldRule>>>>,
): IMiddlewareTypeMap {
  const types = Object.entries(rules).map(([type, fields]) => {
    const deciding = Object.keys(fields).filter((field) => fields[field] !== allow);
    const made = (middleware[type] ?? {}) as IMiddlewareFieldMap;
    return [
      type,
      Object.fromEntries(deciding.flatMap((field) => (made[field] ? [[field, made[field]]] : []))),
    ];
  });
  return Object.fromEntries(types);
}

/**
 * The subgraph's door: graphql-shield rules made from the SDL's access directives. A root field without a rule
 * that is not on the public list is an error at start.
 */
export function accessRules(sdl: DocumentNode, schema: GraphQLSchema): IMiddlewareTypeMap {
  const rules: Record<string, Record<string, FieldRule>> = {};
  for (const node of sdl.definitions) {
    if (node.kind !== Kind.OBJECT_TYPE_DEFINITION && node.kind !== Kind.OBJECT_TYPE_EXTENSION) continue;
    rules[node.name.value] = { ...rules[node.name.value], ...rulesOfType(node) };
  }
  const hasEntities = schema.getQueryType()?.getFields()._entities !== undefined;
  rules.Query = { _service: allow, ...(hasEntities ? { _entities: entities } : {}), ...rules.Query };
  const door = shield({ ...rules, _Service: allow } as IRules, {
    allowExternalErrors: true,
    fallbackRule: allow,
    fallbackError: new GraphQLError('Forbidden.', { extensions: { code: 'FORBIDDEN' } }),
  });
  return onlyDeciding(door.generate(schema) as IMiddlewareTypeMap, rules);
}
