import { setTimeout as delay } from 'node:timers/promises';
import type { Viewer } from '@studymate/contracts';
import { counter } from '@studymate/runtime';
import { createBoundedCache } from '../execution/bounded-cache.ts';
import type { RequestScope } from '../execution/scope.ts';
import { refusal } from '../plugins/read-body.ts';
import type { RiskAnswer, RiskAssessor } from './risk-assessor.ts';
import type { RiskRules } from './risk-schema.ts';

/** What a request asks for, as far as its risk goes. */
export interface AskedOperation {
  readonly operation: 'query' | 'mutation' | 'subscription';
  /** The root fields that it asks for, and how often. */
  readonly rootUses: ReadonlyMap<string, number>;
}

/**
 * Holds a request of somebody signed in to what its risk allows. Rejects with a refusal: MFA_REQUIRED (403), or
 * UNAUTHENTICATED (401) when the session turns out to be over. There is nothing to wait for where the verdict is known.
 */
export type RequireTrust = (scope: RequestScope, asked: AskedOperation) => undefined | Promise<void>;

export const trustEverybody: RequireTrust = () => undefined;

const maxRemembered = 20_000;

const refusals = counter({
  name: 'request_risk_refusals_total',
  help: 'Requests that were not let through for their risk, by why.',
  labels: ['why'],
});

const messages = {
  challenged: 'This does not look like you. Give your second factor to stepUp, or sign in again from here.',
  sensitive: 'This takes a second factor from here. Give yours to stepUp.',
  refused:
    'This was refused, and the owner of the account has been told. A second factor is needed from here.',
  unassessed: 'This takes a second factor while the risk of it cannot be assessed. Give yours to stepUp.',
} as const;

function refuse(why: keyof typeof messages): never {
  refusals.inc({ why });
  throw refusal(403, 'MFA_REQUIRED', messages[why]);
}

const throwIfOver = ({ isEnded }: RiskAnswer): void => {
  if (isEnded) throw refusal(401, 'UNAUTHENTICATED', 'The access token or API key is not valid.');
};

type Kind = 'open' | 'sensitive' | 'other';

/** Operations by what they ask for: all of an open one opens doors, any part of a sensitive one is enough. */
function createKinds({ open, sensitive }: Pick<RiskRules, 'open' | 'sensitive'>) {
  const openMutations = new Set(open);
  const sensitiveMutations = new Set(sensitive);
  return ({ operation, rootUses }: AskedOperation): Kind => {
    if (operation !== 'mutation') return 'other';
    let isOpen = true;
    for (const name of rootUses.keys()) {
      if (sensitiveMutations.has(name)) return 'sensitive';
      isOpen &&= openMutations.has(name);
    }
    return isOpen ? 'open' : 'other';
  };
}

/** While nobody can tell, what is sensitive takes a second factor, and the rest goes on. */
function requireProofOf({ authLevel }: Viewer): void {
  if (authLevel === 'PASSWORD') refuse('unassessed');
}

/**
 * Asks the assessor about each session, address and agent that it does not know, and lets them pass for `trustMs` from
 * there; from `refreshMs` on it asks again meanwhile, without anybody waiting. What is not let through is never
 * remembered, so that a proof counts at once. What is sensitive is asked about every time.
 */
export function createRequestRisk(rules: RiskRules, assessor: RiskAssessor): RequireTrust {
  const trusted = createBoundedCache<number>(maxRemembered);
  const kindOf = createKinds(rules);

  const assess = async (key: string, scope: RequestScope, sensitive: boolean): Promise<RiskAnswer | null> => {
    const answer = await assessor.assess({ key, scope, sensitive });
    if (answer?.allow === 'NOTHING') trusted.delete(key);
    else if (answer) trusted.set(key, performance.now());
    return answer;
  };

  const requireTrusted = async (key: string, scope: RequestScope): Promise<void> => {
    if (assessor.isResting()) return;
    const late = delay(rules.patienceMs, null, { ref: false });
    const answer = await Promise.race([assess(key, scope, false), late]);
    if (!answer) return;
    throwIfOver(answer);
    if (answer.allow === 'NOTHING') refuse(answer.isRefused ? 'refused' : 'challenged');
  };

  const requireEverything = async (key: string, scope: RequestScope, viewer: Viewer): Promise<void> => {
    const answer = await assess(key, scope, true);
    if (!answer) return requireProofOf(viewer);
    throwIfOver(answer);
    if (answer.allow === 'NOTHING') refuse(answer.isRefused ? 'refused' : 'challenged');
    if (answer.allow === 'INSENSITIVE') refuse('sensitive');
  };

  return (scope, asked) => {
    const { viewer, apiKey, ipAddress, userAgent } = scope;
    // A key is a program's: it has no device to know, and its scopes bound it.
    if (!viewer || apiKey) return;
    const kind = kindOf(asked);
    if (kind === 'open') return;
    const key = `${viewer.sessionId}|${ipAddress}|${userAgent ?? ''}`;
    if (kind === 'sensitive') return requireEverything(key, scope, viewer);
    const trustedAt = trusted.get(key);
    const ageMs = trustedAt === undefined ? Number.POSITIVE_INFINITY : performance.now() - trustedAt;
    if (ageMs >= rules.trustMs) return requireTrusted(key, scope);
    if (ageMs >= rules.refreshMs && !assessor.isResting()) void assess(key, scope, false);
    return;
  };
}
