import { randomUUID, timingSafeEqual } from 'node:crypto';
import { type Caller, callerSchema, type Viewer } from '@studymate/contracts';
import { createKeyedHash } from './keyed-hash.ts';

export const signatureHeaders = {
  caller: 'x-studymate-caller',
  timestamp: 'x-studymate-timestamp',
  nonce: 'x-studymate-nonce',
  signature: 'x-studymate-signature',
} as const;

const validityMs = 5_000;
const maxRememberedNonces = 200_000;

const hashes = new Map<string, ReturnType<typeof createKeyedHash>>();

/** The keyed hash of a secret; a process has one or two, whose keys are prepared once. */
function hashOf(secret: string): ReturnType<typeof createKeyedHash> {
  const known = hashes.get(secret) ?? createKeyedHash(secret);
  hashes.set(secret, known);
  return known;
}

const authenticate = (secret: string, parts: readonly string[], body: Uint8Array | string): Buffer =>
  hashOf(secret)(body, `${parts.join('\n')}\n`);

const viewerTexts = new WeakMap<Viewer, string>();

/** Base64 ends with a character only after three bytes: with blanks, which JSON allows, texts can be joined. */
const encodeStart = (text: string): string => {
  const missing = (3 - (Buffer.byteLength(text) % 3)) % 3;
  return Buffer.from(text + ' '.repeat(missing)).toString('base64url');
};

const nobodysText = encodeStart('{"viewer":null');

/** The start of a caller's JSON in base64url. One and the same viewer sends many requests: that is done once. */
function startFor(viewer: Viewer | null): string {
  if (!viewer) return nobodysText;
  const text = viewerTexts.get(viewer) ?? encodeStart(`{"viewer":${JSON.stringify(viewer)}`);
  viewerTexts.set(viewer, text);
  return text;
}

function encode({ viewer, ...circumstances }: Caller): string {
  const others = JSON.stringify(circumstances).slice(1);
  return startFor(viewer) + Buffer.from(`,${others}`).toString('base64url');
}

/** Nonces need to be new, not secret: a number after what no other process has. */
const thisProcess = randomUUID();
let requests = 0;

/**
 * The headers that vouch for a request to a subgraph: who is asking, when, a nonce, and an HMAC-SHA-256
 * (RFC 2104) over all of them and the exact bytes of the body.
 */
export function signRequest(
  secret: string,
  caller: Caller,
  body: Uint8Array | string,
): Record<string, string> {
  const encoded = encode(caller);
  const timestamp = String(Date.now());
  requests += 1;
  const nonce = `${thisProcess}.${requests}`;
  return {
    [signatureHeaders.caller]: encoded,
    [signatureHeaders.timestamp]: timestamp,
    [signatureHeaders.nonce]: nonce,
    [signatureHeaders.signature]: authenticate(secret, [encoded, timestamp, nonce], body).toString(
      'base64url',
    ),
  };
}

type Headers = Readonly<Record<string, string | string[] | undefined>>;

const single = (headers: Headers, name: string): string | null => {
  const value = headers[name];
  return typeof value === 'string' ? value : null;
};

/**
 * A verifier with its own memory of nonces. It answers the caller, or null when the signature is missing or
 * wrong, is older or newer than 5 s, or was seen before.
 */
export function createRequestVerifier(secret: string) {
  let current = new Set<string>();
  let previous = new Set<string>();
  let turnedAt = Date.now();

  const isReplay = (nonce: string, now: number): boolean => {
    if (now - turnedAt > 2 * validityMs || current.size > maxRememberedNonces) {
      previous = current;
      current = new Set();
      turnedAt = now;
    }
    if (current.has(nonce) || previous.has(nonce)) return true;
    current.add(nonce);
    return false;
  };

  return (headers: Headers, body: Uint8Array | string): Caller | null => {
    const encoded = single(headers, signatureHeaders.caller);
    const timestamp = single(headers, signatureHeaders.timestamp);
    const nonce = single(headers, signatureHeaders.nonce);
    const signature = single(headers, signatureHeaders.signature);
    if (encoded === null || timestamp === null || nonce === null || signature === null) return null;

    const now = Date.now();
    if (!(Math.abs(now - Number(timestamp)) <= validityMs)) return null;
    const given = Buffer.from(signature, 'base64url');
    const expected = authenticate(secret, [encoded, timestamp, nonce], body);
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return null;
    if (isReplay(nonce, now)) return null;

    const caller = callerSchema.safeParse(JSON.parse(Buffer.from(encoded, 'base64url').toString()));
    return caller.success ? caller.data : null;
  };
}
