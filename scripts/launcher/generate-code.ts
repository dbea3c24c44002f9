import { writeClientManifest } from './client-manifest.ts';
import { generateClient } from './generate-clients.ts';
import { generateTypes } from './generate-types.ts';
import { describe, listDomains } from './workspace.ts';

export interface GenerateOptions {
  /** Subgraphs, and `client`; none for all. What is named is generated in any case. */
  readonly names: readonly string[];
  /** Generate what did not change, too. */
  readonly force: boolean;
}

/** Generates what git does not hold: the Prisma client of each domain and the GraphQL types. */
export async function generateCode({ names, force }: GenerateOptions): Promise<void> {
  const isNamed = names.length > 0;
  const domains = listDomains().filter((domain) => !isNamed || names.includes(domain));
  const clients = domains.map((domain) => generateClient(domain, force || isNamed));
  const results = await Promise.allSettled([...clients, generateTypes(names, force || isNamed)]);
  if (!isNamed || names.includes('client')) await writeClientManifest();
  const failures = results.flatMap((result) =>
    result.status === 'rejected' ? [describe(result.reason)] : [],
  );
  if (failures.length > 0) throw new Error(failures.join('\n'));
}
