import { newRowId } from '@studymate/contracts';
import { createErasureLedger } from '@studymate/privacy';
import { withClient } from '@studymate/schema-engine/connection';
import type { ObjectStore } from '@studymate/storage';

/**
 * Has everybody erased again who was erased after the backup was made: what the ledger of erasures in object storage
 * knows (by keyed hashes; AUTH_SECRET as auth has it) is due at once when auth's worker starts. Answers how many.
 */
export async function reapplyErasures(authUrl: string, objects: ObjectStore): Promise<number> {
  const ledger = createErasureLedger(objects);
  return withClient(authUrl, async (client) => {
    const { rows } = await client.query<{ id: string }>('select "id" from "User"');
    const erased = await ledger.findErased(rows.map(({ id }) => id));
    for (const userId of erased) {
      await client.query(
        `update "Erasure" set "dueAt" = now() where "userId" = $1 and "canceledAt" is null and "startedAt" is null`,
        [userId],
      );
      await client.query(
        `insert into "Erasure" ("id", "userId", "requestedAt", "dueAt") values ($1, $2, now(), now())
         on conflict do nothing`,
        [newRowId(), userId],
      );
    }
    return erased.length;
  });
}
