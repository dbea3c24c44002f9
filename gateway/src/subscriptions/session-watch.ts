import type { Clock } from '@studymate/runtime';
import { decodeJwt } from 'jose';
import type { RequestScope } from '../execution/scope.ts';
import type { SessionRevocations } from '../identity/session-revocations.ts';

export type SessionEnd = 'The session has ended.' | 'The token has expired.';

/** Ends what was opened for a session together with the session. */
export interface SessionWatch {
  /** Calls back once, when the session is ended or its token expires; answers how to stop watching. */
  watch(scope: RequestScope, authorization: string | undefined, onEnd: (why: SessionEnd) => void): () => void;
  stop(): void;
}

/** Makes up for announcements of ended sessions that were lost. */
const lookEveryMs = 2_000;
const longestTimerMs = 2 ** 31 - 1;

/** When the token expires, in ms since the epoch. The token has been verified; this only reads it. */
function expiryOf(authorization: string | undefined): number | null {
  const { exp } = decodeJwt((authorization ?? '').replace(/^Bearer +/i, ''));
  return exp === undefined ? null : exp * 1000;
}

export function createSessionWatch(revocations: SessionRevocations, now: Clock): SessionWatch {
  const watchers = new Map<string, Set<() => void>>();
  const end = (sessionId: string) => {
    for (const callback of [...(watchers.get(sessionId) ?? [])]) callback();
  };
  revocations.onRevoked(end);
  const timer = setInterval(async () => {
    for (const sessionId of [...watchers.keys()]) {
      if (await revocations.isRevoked(sessionId)) end(sessionId);
    }
  }, lookEveryMs).unref();

  return {
    watch: ({ viewer, apiKey }, authorization, onEnd) => {
      if (!viewer) return () => undefined;
      const { sessionId } = viewer;
      const expiresAt = apiKey ? apiKey.expiresAtMs : expiryOf(authorization);
      const leave = () => {
        clearTimeout(expiry);
        const all = watchers.get(sessionId);
        all?.delete(onRevoked);
        if (all?.size === 0) watchers.delete(sessionId);
      };
      const onRevoked = () => {
        leave();
        onEnd('The session has ended.');
      };
      const leftMs = expiresAt === null ? longestTimerMs : expiresAt - now().getTime();
      const expiry = setTimeout(
        () => {
          leave();
          onEnd('The token has expired.');
        },
        Math.min(Math.max(leftMs, 0), longestTimerMs),
      ).unref();
      watchers.set(sessionId, (watchers.get(sessionId) ?? new Set()).add(onRevoked));
      return leave;
    },
    stop: () => clearInterval(timer),
  };
}
