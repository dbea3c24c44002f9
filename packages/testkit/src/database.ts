import { randomUUID } from 'node:crypto';
import { afterAll } from '@jest/globals';
import { databaseUrl, dropDatabase, quoteIdentifier, withClient } from '@studymate/schema-engine/connection';
import { templateOf } from './template.ts';

/** A database of one test file's own. */
export interface TestDatabase extends AsyncDisposable {
  readonly url: string;
}

/** Where the servers of this test run are. Never a default server: without a test run it throws. */
function requireServer(): string {
  const url = process.env.TEST_DATABASE_SERVER;
  if (url === undefined)
    throw new Error('There is no test server: run tests with `npm test` or `pnpm jest`.');
  return url;
}

/**
 * A fresh, migrated database of the domain, dropped (with whatever is still connected) when the test file ends.
 * Call it at the top of a test file.
 */
export async function testDatabase(domain: string): Promise<TestDatabase> {
  const server = requireServer();
  const name = `test_${domain}_${randomUUID().replaceAll('-', '')}`;
  const statement = `CREATE DATABASE ${quoteIdentifier(name)} TEMPLATE ${quoteIdentifier(templateOf(domain))}`;
  await withClient(server, (client) => client.query(statement));
  const url = databaseUrl(server, name);
  const drop = () => dropDatabase(url);
  afterAll(drop);
  return { url, [Symbol.asyncDispose]: drop };
}
