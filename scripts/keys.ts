/**
 * The keys of encrypted fields (FIELD_KEYS or FIELD_KEYS_FILE, as the servers have them). They wrap the data keys of
 * owners, and private signing keys.
 *   keys new <id>      prints a new key, to be put among the others
 *   keys status        how many values each key has encrypted; exit code 1 while an older key is needed
 *   keys rotate        wraps anew what older keys have wrapped, while everything runs; what an owner has and no key of
 *                      theirs has sealed yet is sealed by it
 */
import { randomBytes } from 'node:crypto';
import { createFieldCipher } from '@studymate/database/encryption';
import { countByKey, keysOfOwners, listCipherColumns, reencrypt } from '@studymate/database/reencryption';
import { withClient } from '@studymate/schema-engine/connection';
import { databaseUrlOf, listDomains, runScript } from './launcher/workspace.ts';

const cipher = () => createFieldCipher();

function printNew(id: string): void {
  console.log(`${id}:${randomBytes(32).toString('base64')}`);
}

/** How many values of a domain need an older key. */
async function showStatus(domain: string): Promise<number> {
  return withClient(databaseUrlOf(domain), async (connection) => {
    let stale = 0;
    for (const column of await listCipherColumns(connection)) {
      const isOld = (key: string) =>
        column.owner === null ? cipher().isStale(`v1.${key}`) : key !== keysOfOwners;
      for (const [key, count] of await countByKey(connection, column)) {
        if (isOld(key)) stale += count;
        console.log(
          `${domain}  ${column.table}.${column.column}  ${key}${isOld(key) ? ' (old)' : ''}  ${count}`,
        );
      }
    }
    return stale;
  });
}

async function rotate(domain: string): Promise<void> {
  await withClient(databaseUrlOf(domain), async (connection) => {
    for (const column of await listCipherColumns(connection)) {
      const count = await reencrypt(connection, cipher(), column);
      console.log(`✔ ${domain}  ${column.table}.${column.column}  ${count} written anew`);
    }
  });
}

await runScript(async () => {
  const [verb = 'status', id] = process.argv.slice(2);
  if (verb === 'new' && id !== undefined) return printNew(id);
  if (verb !== 'status' && verb !== 'rotate')
    throw new Error('Use: keys status | keys rotate | keys new <id>');
  let stale = 0;
  for (const domain of listDomains()) {
    if (verb === 'rotate') await rotate(domain);
    stale += await showStatus(domain);
  }
  if (stale > 0) throw new Error(`${stale} values need an older key: keep it, and run \`keys rotate\`.`);
  console.log('✔ the current key opens everything; older ones may go');
});
