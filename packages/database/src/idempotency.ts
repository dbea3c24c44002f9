import { createHash } from 'node:crypto';
import { DomainError } from '@studymate/contracts';
import type { PlatformDatabase } from './platform.ts';

/** A keyed request: who, which mutation, the client's key, and everything else that was asked. */
export interface KeyedRequest {
  readonly ownerId: string;
  readonly mutation: string;
  readonly key: string;
  readonly body: unknown;
}

const hashOf = (body: unknown) =>
  createHash('sha256')
    .update(JSON.stringify(body) ?? 'null')
    .digest('base64url');

/**
 * Claims an idempotency key in the current transaction. A parallel claim of the same key waits for the first
 * to commit. Answers null for a fresh key, else the id of the entity that the first request made.
 * Throws IDEMPOTENCY_MISMATCH when the key was used with another body.
 */
export async function claimKey(database: PlatformDatabase, request: KeyedRequest): Promise<string | null> {
  const { ownerId, mutation, key } = request;
  const bodyHash = hashOf(request.body);
  const inserted = await database.$executeRaw`
    insert into "IdempotencyRecord" ("ownerId", "mutation", "key", "bodyHash")
    values (${ownerId}, ${mutation}, ${key}, ${bodyHash}) on conflict do nothing`;
  if (inserted === 1) return null;
  const [record] = await database.$queryRaw<{ bodyHash: string; resultId: string | null }[]>`
    select "bodyHash", "resultId" from "IdempotencyRecord"
    where "ownerId" = ${ownerId} and "mutation" = ${mutation} and "key" = ${key}`;
  if (record?.bodyHash !== bodyHash) {
    throw new DomainError('IDEMPOTENCY_MISMATCH', 'This idempotency key was used with another request.', {
      path: ['idempotencyKey'],
    });
  }
  return record.resultId;
}

/** Remembers which entity the claimed key made, in the same transaction. */
export async function settleKey(
  database: PlatformDatabase,
  request: KeyedRequest,
  resultId: string,
): Promise<void> {
  await database.$executeRaw`
    update "IdempotencyRecord" set "resultId" = ${resultId}
    where "ownerId" = ${request.ownerId} and "mutation" = ${request.mutation} and "key" = ${request.key}`;
}
