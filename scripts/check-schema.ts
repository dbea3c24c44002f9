import { readdirSync, readFileSync } from 'node:fs';
import { policies, publicFields, type SubgraphName, scopes } from '@studymate/contracts';
import { parseSdl } from '@studymate/subgraph-kit/sdl';
import { type ConstDirectiveNode, type DocumentNode, Kind, type StringValueNode, visit } from 'graphql';

const rootTypes = new Set(['Query', 'Mutation', 'Subscription']);
const accessDirectives = new Set(['authenticated', 'requiresScopes', 'policy']);
const problems: string[] = [];
const used = { requiresScopes: new Set<string>(), policy: new Set<string>() };
const rootFields = new Set<string>();
const described = new Map<string, boolean>();

const stringsIn = (directive: ConstDirectiveNode): string[] => {
  const found: string[] = [];
  visit(directive, { StringValue: (node: StringValueNode) => void found.push(node.value) });
  return found;
};

/** Notes which scopes and policies a document names. */
function collectNames(document: DocumentNode): void {
  visit(document, {
    Directive(node) {
      const names =
        node.name.value === 'requiresScopes' || node.name.value === 'policy' ? node.name.value : null;
      if (names) for (const name of stringsIn(node as ConstDirectiveNode)) used[names].add(name);
    },
  });
}

/** Notes which types some subgraph describes, and that every root field has a rule or is on the public list. */
function checkDefinitions(name: string, document: DocumentNode): void {
  for (const node of document.definitions) {
    if (node.kind !== Kind.OBJECT_TYPE_DEFINITION && node.kind !== Kind.OBJECT_TYPE_EXTENSION) continue;
    const type = node.name.value;
    if (!rootTypes.has(type)) {
      const isDescribed = node.kind === Kind.OBJECT_TYPE_DEFINITION && Boolean(node.description);
      described.set(type, isDescribed || described.get(type) === true);
      continue;
    }
    for (const field of node.fields ?? []) {
      const path = `${type}.${field.name.value}`;
      rootFields.add(path);
      const isRuled = field.directives?.some((directive) => accessDirectives.has(directive.name.value));
      if (!isRuled && !publicFields.includes(path)) problems.push(`${name}: ${path} has no access rule`);
      if (isRuled && publicFields.includes(path))
        problems.push(`${name}: ${path} is ruled and on the public list`);
    }
  }
}

for (const file of readdirSync('schema/subgraphs')) {
  const name = file.replace(/\.graphql$/, '') as SubgraphName;
  const document = parseSdl(name);
  collectNames(document);
  checkDefinitions(name, document);
}

for (const [type, isDescribed] of described) {
  if (!isDescribed) problems.push(`type ${type} has no description in any subgraph`);
}
for (const scope of used.requiresScopes) {
  if (!scopes.some((known) => known === scope))
    problems.push(`scope ${scope} is not in contracts/src/access.ts`);
}
for (const policy of used.policy) {
  if (!policies.some((known) => known === policy))
    problems.push(`policy ${policy} is not in contracts/src/access.ts`);
}

// Scopes that only narrow what a key reaches, or who operates the gateway, stand in its configuration.
const configuration = readFileSync('gateway/studymate.json', 'utf8');
for (const scope of scopes) {
  if (!used.requiresScopes.has(scope) && !configuration.includes(`"${scope}"`))
    problems.push(`scope ${scope} of contracts/src/access.ts is asked for nowhere`);
}
for (const policy of policies) {
  if (!used.policy.has(policy))
    problems.push(`policy ${policy} of contracts/src/access.ts is asked for nowhere`);
}
for (const path of publicFields) {
  if (!rootFields.has(path)) problems.push(`${path} is on the public list and in no subgraph`);
}

if (problems.length > 0) {
  for (const problem of problems) console.error(`✗ ${problem}`);
  process.exit(1);
}
console.log(`✓ ${rootFields.size} root fields are ruled or public`);
