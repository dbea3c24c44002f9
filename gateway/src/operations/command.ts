import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { type Config, isHttpUrl, readConfig } from '../config.ts';
import { checkAgainstOperations, listTraffic, readTraffic } from '../recording/traffic-report.ts';
import { checkFolder } from './check-folder.ts';
import { parseManifest } from './manifest.ts';
import { registerManifest } from './register-manifest.ts';
import { readClientSchema } from './validate-operations.ts';

const usage = `Usage: gateway:operations register CLIENT MANIFEST [--config FILE]
       gateway:operations check [--config FILE]
       gateway:operations check-schema SUPERGRAPH [--traffic FILE|redis] [--days N] [--config FILE]
       gateway:operations traffic [--fields] [--days N] [--config FILE]
       gateway:operations export-traffic FILE [--days N] [--config FILE]`;

interface Place {
  readonly folder: string;
  readonly supergraph: string;
  readonly config: Config;
}

function locate(config: Config): Place {
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

interface Options {
  readonly config: Config;
  readonly days: number;
  readonly traffic: string | undefined;
  readonly fields: boolean;
}

/** Fails when the new supergraph breaks an operation that a client has registered or was seen to send. */
async function checkChange(place: Place, file: string, { config, days, traffic }: Options): Promise<void> {
  const recorded = traffic === undefined ? null : await readTraffic(config, traffic, days);
  const { lines, isSafe } = await checkAgainstOperations({
    before: await readClientSchema(place.supergraph),
    after: await readClientSchema(file),
    folder: place.folder,
    recorded,
  });
  if (!isSafe) throw new Error(lines.join('\n'));
  for (const line of lines) console.log(line);
  console.log(`✓ ${file} breaks no operation that is known`);
}

async function showTraffic(place: Place, { config, days, fields }: Options): Promise<void> {
  const recorded = await readTraffic(config, 'redis', days);
  for (const line of listTraffic(recorded, fields ? await readClientSchema(place.supergraph) : null))
    console.log(line);
}

async function exportTraffic(file: string, { config, days }: Options): Promise<void> {
  const recorded = await readTraffic(config, 'redis', days);
  await writeFile(file, `${JSON.stringify(recorded, null, 2)}\n`);
  console.log(`✓ ${recorded.operations.length} operations of ${days} days are in ${file}`);
}

async function run([verb, first, second]: readonly string[], options: Options): Promise<void> {
  const place = () => locate(options.config);
  if (verb === 'register' && first !== undefined && second !== undefined) {
    return register(place(), first, second);
  }
  if (verb === 'check-schema' && first !== undefined) return checkChange(place(), first, options);
  if (verb === 'export-traffic' && first !== undefined) return exportTraffic(first, options);
  if (verb === 'check' && first === undefined) return check(place());
  if (verb === 'traffic' && first === undefined) return showTraffic(place(), options);
  throw new Error(usage);
}

try {
  const { values, positionals } = parseArgs({
    options: {
      config: { type: 'string' },
      days: { type: 'string', default: '30' },
      traffic: { type: 'string' },
      fields: { type: 'boolean', default: false },
    },
    allowPositionals: true,
  });
  const days = Number(values.days);
  if (!Number.isInteger(days) || days < 1) throw new Error(usage);
  const config = readConfig(process.env, { configFile: values.config });
  await run(positionals, { config, days, traffic: values.traffic, fields: values.fields });
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
