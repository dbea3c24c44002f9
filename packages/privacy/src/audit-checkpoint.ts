import { createPrivateKey, createPublicKey, hkdfSync, sign, verify } from 'node:crypto';
import { readSecret } from '@studymate/runtime';
import type { ObjectStore } from '@studymate/storage';
import { z } from 'zod';

const folder = 'audit/checkpoints/';
/** What comes before the 32 bytes of an Ed25519 key in PKCS #8 (RFC 8410). */
const pkcs8 = Buffer.from('302e020100300506032b657004220420', 'hex');
const digits = 16;

const checkpointSchema = z.object({
  /** The last row it vouches for, and with it all before. */
  sequence: z.string(),
  hash: z.string(),
  at: z.iso.datetime(),
  signature: z.string(),
});

export type Checkpoint = z.output<typeof checkpointSchema>;

const keyOf = (sequence: bigint) => `${folder}${sequence.toString().padStart(digits, '0')}.json`;

/**
 * Statements of how far the audit log had come, signed (Ed25519, with a key of AUTH_SECRET) and kept in object storage:
 * who can write the database alone can neither make a log that fits them nor cut one short behind them.
 */
export function createCheckpoints(objects: ObjectStore, env: NodeJS.ProcessEnv = process.env) {
  const seed = Buffer.from(hkdfSync('sha256', readSecret('AUTH_SECRET', env), '', 'audit checkpoints', 32));
  const privateKey = createPrivateKey({ key: Buffer.concat([pkcs8, seed]), format: 'der', type: 'pkcs8' });
  const publicKey = createPublicKey(privateKey);
  const bytesOf = ({ sequence, hash, at }: Omit<Checkpoint, 'signature'>) =>
    Buffer.from(JSON.stringify([sequence, hash, at]));

  return {
    async write(sequence: bigint, hash: string, now: Date): Promise<void> {
      const statement = { sequence: sequence.toString(), hash, at: now.toISOString() };
      const signature = sign(null, bytesOf(statement), privateKey).toString('base64url');
      await objects.put(keyOf(sequence), JSON.stringify({ ...statement, signature }), 'application/json');
    },
    has: async (sequence: bigint): Promise<boolean> => (await objects.head(keyOf(sequence))) !== null,
    isGenuine: (checkpoint: Checkpoint): boolean =>
      verify(null, bytesOf(checkpoint), publicKey, Buffer.from(checkpoint.signature, 'base64url')),
    /** All of them, the oldest first. */
    async list(): Promise<Checkpoint[]> {
      const keys: string[] = [];
      for await (const key of objects.listKeys()) if (key.startsWith(folder)) keys.push(key);
      const bodies = await Promise.all(keys.toSorted().map((key) => objects.get(key)));
      return bodies.flatMap((object) =>
        object ? [checkpointSchema.parse(JSON.parse(object.body.toString()))] : [],
      );
    },
  };
}

export type Checkpoints = ReturnType<typeof createCheckpoints>;
