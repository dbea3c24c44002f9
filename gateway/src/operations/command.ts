import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { type Config, isHttpUrl, readConfig } from '../config.ts';
import { checkFolder } from './check-folder.ts';
import { parseManifest } from './manifest.ts';
import { registerManifest } from './register-manifest.ts';
import { readClientSchema } from './validate-operations.ts';

const usage = `Usage: gateway:operations register CLIENT MANIFEST [--config FILE]
       gateway:operations check [--config FILE]`;

interface Place {
  readonly folder: string;
  readonly supergraph: string;
  readonly config: Config;
}

function locate(configFile: string | undefined): Place {
  const config = readConfig(process.env, { configFile });
  const { operationsFolder: folder, supergraph } = config;
  if (folder === null)
    throw new Error('The configuration names no folder of operations ("operations.folder").');
  if (isHttpUrl(supergraph)) throw new Error('Operations are checked against a supergraph in a file.');
  return { folder, supergraph, config };
}

async function register(place: Place, client: string, manifestFile: string): Promise<void> {
  const schema = await readClientSchema(place.supergraph);
  const manifest = parseManifest(JSON.parse(await readFile(manifestFile, 'utf8')));
  const { folder, config } = place;
  const merged = await registerManifest({ folder, client, manifest, schema, limits: config.limits });
  for (const { name, type, id } of merged.added) console.log(`+ ${type} ${name ?? 'unnamed'} ${id}`);
  console.log(
    `✓ ${client} is at version ${merged.version}: ${merged.added.length} new, ${merged.operations.length} in all`,
  );
}

async function check(place: Place): Promise<void> {
  const { operations, routes, tools, problems } = await checkFolder(place.folder, {
    schema: await readClientSchema(place.supergraph),
    limits: place.config.limits,
    errorInterface: place.config.rest.errorInterface ?? null,
  });
  if (problems.length > 0) throw new Error(problems.map((problem) => `✗ ${problem}`).join('\n'));
  console.log(`✓ ${operations} registered operations, ${routes} routes and ${tools} tools are valid`);
}

try {
  const { values, positionals } = parseArgs({
    options: { config: { type: 'string' } },
    allowPositionals: true,
  });
  const [verb, client, manifestFile] = positionals;
  if (verb === 'register' && client !== undefined && manifestFile !== undefined) {
    await register(locate(values.config), client, manifestFile);
  } else if (verb === 'check' && client === undefined) await check(locate(values.config));
  else throw new Error(usage);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
