import { createHmac, hkdfSync } from 'node:crypto';
import { readSecret } from '@studymate/runtime';
import type { ObjectStore } from '@studymate/storage';

/** Where the ledger is in object storage. */
export const erasureFolder = 'erasures/';

/**
 * Who was erased, in object storage rather than in a database, so that a restored backup does not bring them back. It
 * holds keyed hashes (HMAC-SHA-256 under a key of AUTH_SECRET): they tell whether an id is among them, and nothing else.
 */
export function createErasureLedger(objects: ObjectStore, env: NodeJS.ProcessEnv = process.env) {
  const key = Buffer.from(hkdfSync('sha256', readSecret('AUTH_SECRET', env), '', 'erasures', 32));
  const markOf = (userId: string) => createHmac('sha256', key).update(userId).digest('base64url');

  return {
    async note(userId: string, at: Date): Promise<void> {
      await objects.put(`${erasureFolder}${markOf(userId)}`, JSON.stringify({ at }), 'application/json');
    },
    /** Those of the given users who were erased once. */
    async findErased(userIds: readonly string[]): Promise<string[]> {
      const marks = new Set<string>();
      for await (const name of objects.listKeys()) {
        if (name.startsWith(erasureFolder)) marks.add(name.slice(erasureFolder.length));
      }
      return userIds.filter((id) => marks.has(markOf(id)));
    },
  };
}

export type ErasureLedger = ReturnType<typeof createErasureLedger>;
