import { createHash } from 'node:crypto';
import { type Viewer, viewerSchema } from '@studymate/contracts';
import { type Clock, type Logger, signRequest } from '@studymate/runtime';
import { z } from 'zod';
import { createBoundedCache } from '../execution/bounded-cache.ts';
import { refusal } from '../plugins/read-body.ts';
import { InvalidToken } from './access-token.ts';

export interface ApiKey {
  /** Names the key in limits and logs; never the key itself. */
  readonly id: string;
  readonly expiresAtMs: number | null;
}

/** What a key stands for: a viewer with the key's scopes, under the key's plan. */
export interface VerifiedKey {
  readonly viewer: Viewer;
  readonly plan: string | null;
  readonly apiKey: ApiKey;
}

export interface ApiKeys {
  isKey(text: string): boolean;
  /** Rejects with InvalidToken for a key that is none, and with a refusal (503) while nobody can tell. */
  verify(key: string, ipAddress: string): Promise<VerifiedKey>;
}

const answerSchema = z.discriminatedUnion('active', [
  z.object({ active: z.literal(false) }),
  z.object({
    active: z.literal(true),
    id: z.string(),
    viewer: viewerSchema,
    plan: z.string().nullable(),
    expiresAt: z.iso.datetime().nullable(),
  }),
]);

/** An answer is believed this long: a key that is revoked is refused within 2 s even if nobody is told. */
const trustMs = 1_500;
/** While the one who knows cannot be asked, its last answer is believed this much longer. */
const graceMs = 60_000;
const timeoutMs = 1_500;
const maxRemembered = 10_000;
const shape = /^[\w-]{20,200}$/;

export interface ApiKeysOptions {
  readonly prefix: string;
  /** Who answers what a key stands for; null while that is not known. */
  readonly url: () => string | null;
  /** Signs the question; null: it goes unsigned. */
  readonly secret: string | null;
  /** Called before a key is asked for, so that made-up keys do not become questions without end. */
  readonly holdAddress: (ipAddress: string) => Promise<void>;
  readonly now: Clock;
  readonly logger: Logger;
}

interface Remembered {
  /** Null: the key is no good. */
  readonly answer: VerifiedKey | null;
  readonly atMs: number;
}

function readAnswer(body: unknown): VerifiedKey | null {
  const answer = answerSchema.parse(body);
  if (!answer.active) return null;
  const { id, viewer, plan, expiresAt } = answer;
  return { viewer, plan, apiKey: { id, expiresAtMs: expiresAt === null ? null : Date.parse(expiresAt) } };
}

/** Verifies API keys by asking whoever issues them, at most every 1.5 s for each key. */
export function createApiKeys({ prefix, url, secret, holdAddress, now, logger }: ApiKeysOptions): ApiKeys {
  const remembered = createBoundedCache<Remembered>(maxRemembered);
  const asking = new Map<string, Promise<Remembered>>();

  const ask = async (key: string, hash: string): Promise<Remembered> => {
    const source = url();
    if (source === null) throw new Error('The issuer of keys is not known.');
    const body = JSON.stringify({ key });
    const caller = { viewer: null, requestId: `key-${hash.slice(0, 12)}` };
    const response = await fetch(source, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(secret === null ? {} : signRequest(secret, caller, body)),
      },
      body,
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    });
    if (!response.ok) throw new Error(`status ${response.status}`);
    const answer = { answer: readAnswer(await response.json()), atMs: now().getTime() };
    remembered.set(hash, answer);
    return answer;
  };

  /** Questions for the same key at the same time are one. */
  const askOnce = (key: string, hash: string): Promise<Remembered> => {
    const under = asking.get(hash) ?? ask(key, hash).finally(() => asking.delete(hash));
    asking.set(hash, under);
    return under;
  };

  const find = async (key: string, ipAddress: string): Promise<VerifiedKey | null> => {
    const hash = createHash('sha256').update(key).digest('base64url');
    const known = remembered.get(hash);
    const ageMs = known ? now().getTime() - known.atMs : Number.POSITIVE_INFINITY;
    if (known && ageMs < trustMs) return known.answer;
    if (!known?.answer) await holdAddress(ipAddress);
    try {
      return (await askOnce(key, hash)).answer;
    } catch (error) {
      logger.warn({ reason: String(error) }, 'an API key could not be verified');
      if (known && ageMs < trustMs + graceMs) return known.answer;
      throw refusal(503, 'UPSTREAM_UNAVAILABLE', 'API keys cannot be verified now. Try again shortly.');
    }
  };

  return {
    isKey: (text) => text.startsWith(prefix),
    verify: async (key, ipAddress) => {
      const found = shape.test(key) ? await find(key, ipAddress) : null;
      const expiresAtMs = found?.apiKey.expiresAtMs ?? null;
      if (!found || (expiresAtMs !== null && expiresAtMs <= now().getTime()))
        throw new InvalidToken('The API key is not valid.');
      return found;
    },
  };
}
