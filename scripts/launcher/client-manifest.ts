import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type DocumentNode, print } from 'graphql';
import { type Manifest, readOperation } from '../../gateway/src/operations/manifest.ts';
import { readRegistered, writeRegistered } from '../../gateway/src/operations/register-manifest.ts';
import { root } from './workspace.ts';

const clientName = 'studymate-client';
const folder = join(root, 'schema/operations');
const generatedPath = join(root, 'packages/client/src/__generated__/graphql.ts');

const isDocument = (value: unknown): value is DocumentNode =>
  typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'Document';

/** The operations of packages/client, with the hash of the text that it sends as their id. */
async function listOperations(): Promise<Manifest['operations']> {
  // Read anew each time: a process that stays writes these operations more than once.
  const generated: Record<string, unknown> = await import(`${pathToFileURL(generatedPath)}?${Date.now()}`);
  const isOperation = ([name]: [string, unknown]) => name.endsWith('Document');
  return Object.entries(generated)
    .filter(isOperation)
    .map(([, document]) => document)
    .filter(isDocument)
    .map((document) => {
      const body = print(document);
      return readOperation(`sha256:${createHash('sha256').update(body).digest('hex')}`, body);
    })
    .toSorted((one, other) => String(one.name).localeCompare(String(other.name)));
}

const sameOperations = (one: Manifest['operations'], other: Manifest['operations']): boolean =>
  JSON.stringify(one) === JSON.stringify(other);

/** Whether what is registered for packages/client is what it sends. */
export async function isClientManifestCurrent(): Promise<boolean> {
  const registered = await readRegistered(folder, clientName);
  return sameOperations(registered.operations, await listOperations());
}

/** Registers the operations of packages/client, and only them: both are released together. */
export async function writeClientManifest(): Promise<void> {
  if (!existsSync(generatedPath)) return;
  const operations = await listOperations();
  const registered = await readRegistered(folder, clientName);
  if (sameOperations(registered.operations, operations)) return;
  await writeRegistered(folder, clientName, { version: registered.version + 1, operations });
  console.log(`✔ ${operations.length} operations of ${clientName} registered`);
}
