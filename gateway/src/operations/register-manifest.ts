import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { GraphQLSchema } from 'graphql';
import type { OperationLimits } from '../plugins/operation-limits.ts';
import {
  type Manifest,
  type MergedManifest,
  mergeManifests,
  parseManifest,
  printManifest,
} from './manifest.ts';
import { isMissingFile } from './operation-folder.ts';
import { listProblems } from './validate-operations.ts';

export interface Registration {
  readonly folder: string;
  readonly client: string;
  readonly manifest: Manifest;
  readonly schema: GraphQLSchema;
  readonly limits: OperationLimits;
}

const nothing: Manifest = { version: 0, operations: [] };

/** What a client has registered. Throws an Error when its file cannot be read. */
export async function readRegistered(folder: string, client: string): Promise<Manifest> {
  const path = join(folder, `${client}.json`);
  try {
    return parseManifest(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    if (isMissingFile(error)) return nothing;
    throw new Error(`${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Writes a client's manifest in one step: a gateway that follows the folder never reads half of it. */
export async function writeRegistered(folder: string, client: string, manifest: Manifest): Promise<void> {
  const path = join(folder, `${client}.json`);
  await mkdir(folder, { recursive: true });
  await writeFile(`${path}.${process.pid}.new`, printManifest(manifest));
  await rename(`${path}.${process.pid}.new`, path);
}

/**
 * Adds a manifest to what a client has registered, all of it or nothing. Throws an Error with every problem when an
 * operation is not valid in the schema, is larger than allowed, or would change what an id stands for.
 */
export async function registerManifest(registration: Registration): Promise<MergedManifest> {
  const { folder, client, manifest, schema, limits } = registration;
  if (!/^[\w-]+$/.test(client))
    throw new Error(`${client} is no name for a client: letters, digits, - and _.`);
  const problems = listProblems(manifest.operations, schema, limits);
  if (problems.length > 0) throw new Error(problems.join('\n'));
  const merged = mergeManifests(await readRegistered(folder, client), manifest);
  if (merged.added.length > 0) await writeRegistered(folder, client, merged);
  return merged;
}
