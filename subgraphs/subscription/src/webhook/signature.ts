import Stripe from 'stripe';

const toleranceSeconds = 300;

const stripe = new Stripe('sk_test_signatures_need_no_key');

/** The time an event was signed at, or null for a header without one. */
function signedAt(header: string): number | null {
  const timestamp = /(?:^|,)\s*t=(\d{1,12})(?:,|$)/.exec(header)?.[1];
  return timestamp === undefined ? null : Number(timestamp);
}

/**
 * The event, if one of the secrets signed exactly these bytes within 300 s of `now` to either side; else null.
 * Two secrets are valid while they are rotated.
 */
export function verifyEvent(
  body: Buffer,
  header: string | undefined,
  { secrets, now }: { secrets: readonly string[]; now: Date },
): Stripe.Event | null {
  const at = header === undefined ? null : signedAt(header);
  const nowSeconds = Math.floor(now.getTime() / 1000);
  if (header === undefined || at === null || Math.abs(nowSeconds - at) > toleranceSeconds) return null;
  for (const secret of secrets) {
    try {
      return stripe.webhooks.constructEvent(body, header, secret, toleranceSeconds, undefined, nowSeconds);
    } catch {
      // Another secret may fit.
    }
  }
  return null;
}
