/** Every registered operation must be valid in the composed schema, and our own client's must be those it sends. */
import { readConfig } from '../gateway/src/config.ts';
import { checkFolder } from '../gateway/src/operations/check-folder.ts';
import { readClientSchema } from '../gateway/src/operations/validate-operations.ts';
import { isClientManifestCurrent } from './launcher/client-manifest.ts';

const { limits, rest } = readConfig({});
const { errorInterface = null } = rest;
const schema = await readClientSchema('schema/supergraph.graphql');
const against = { schema, limits, errorInterface };
const { operations, routes, tools, problems } = await checkFolder('schema/operations', against);
const outdated = (await isClientManifestCurrent())
  ? []
  : ['schema/operations/studymate-client.json is out of date: run pnpm generate and commit it.'];

for (const problem of [...problems, ...outdated]) console.error(`✗ ${problem}`);
if (problems.length + outdated.length > 0) process.exit(1);
console.log(
  `✓ ${operations} registered operations, ${routes} routes and ${tools} tools are valid in the composed schema`,
);
