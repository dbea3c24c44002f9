import type { Delivery, Notification } from '@studymate/database/notification';
import { counter, histogram } from '@studymate/runtime';
import type { Context } from '../context.ts';
import { isEnabled, isLocked } from '../preference/channel-default.ts';
import { getPreferences } from '../preference/preference.service.ts';
import { signUnsubscription } from '../preference/unsubscribe-token.ts';
import { MissingVariables, pickText, type Rendered, renderText, type Variables } from '../template/render.ts';
import type { DeliveryView } from './delivery.repository.ts';
import { composeMail, messageIdOf } from './notification-mail.ts';

const maxAttempts = 6;
const firstRetryMs = 5_000;
const batch = 50;

const outcomes = counter({
  name: 'notification_deliveries_total',
  help: 'Tries to deliver by channel and how they ended.',
  labels: ['channel', 'outcome'],
});
const lateness = histogram({
  name: 'notification_lateness_seconds',
  help: 'Time from when a delivery was due to when it was sent.',
  labels: ['channel'],
});

type Outcome = Partial<DeliveryView> & Pick<DeliveryView, 'state'>;

/** Fits when the server has refused for good (SMTP 5yz): the address is wrong, another try is spam. */
const isRefusedForGood = (error: unknown): boolean =>
  typeof error === 'object' &&
  error !== null &&
  'responseCode' in error &&
  typeof error.responseCode === 'number' &&
  error.responseCode >= 500;

async function renderAgain(context: Context, notification: Notification): Promise<Rendered> {
  const template = await context.templates.findByKey(notification.templateKey);
  const version = notification.templateVersion;
  const texts = template ? await context.templates.texts({ id: template.id, version }) : [];
  const text = pickText(texts, notification.locale);
  if (!text) throw new MissingVariables([`template ${notification.templateKey}`]);
  return renderText(text, notification.variables as Variables);
}

async function sendMail(context: Context, delivery: Delivery): Promise<Outcome> {
  const { userId, category } = delivery;
  const [notification, recipient, preferences] = await Promise.all([
    context.notifications.find(delivery.notificationId),
    context.recipients.find(userId),
    getPreferences(context, userId),
  ]);
  if (!isEnabled(preferences.choices, category, delivery.channel))
    return { state: 'SUPPRESSED', failure: 'SWITCHED_OFF' };
  if (!notification || !recipient) throw new Error('No address is known for this learner.');
  const rendered = await renderAgain(context, notification);
  const token = signUnsubscription({ userId, category }, context.unsubscribeSecret);
  const wayOut = isLocked(category) ? null : { token, page: context.unsubscribePage };
  await context.mailer.sendMail(
    composeMail({ to: recipient.email, deliveryId: delivery.id }, rendered, wayOut),
  );
  return { state: 'SENT', sentAt: context.now(), providerMessageId: messageIdOf(delivery.id), failure: null };
}

/** What becomes of a delivery whose try failed: another try later, or the end of it. */
function afterFailure(delivery: Delivery, error: unknown, now: Date): Outcome {
  if (isRefusedForGood(error)) return { state: 'BOUNCED', failure: 'The mail server refused the address.' };
  if (error instanceof MissingVariables) return { state: 'FAILED', failure: error.message };
  if (delivery.attempts >= maxAttempts) return { state: 'FAILED', failure: 'Given up after several tries.' };
  const waitMs = firstRetryMs * 2 ** (delivery.attempts - 1);
  return { state: delivery.state, scheduledFor: new Date(now.getTime() + waitMs) };
}

/**
 * Tries one due delivery. Only who holds its lease sends it; when a worker dies while sending, another tries
 * again after the lease under the same Message-ID, so that the mail server's side can tell the repeat.
 */
export async function dispatchDelivery(context: Context, id: string): Promise<void> {
  const now = context.now();
  const claimed = await context.deliveries.claim(id, {
    now,
    leasedUntil: new Date(now.getTime() + context.leaseMs),
  });
  if (!claimed) return;
  const outcome = await sendMail(context, claimed).catch((error: unknown) =>
    afterFailure(claimed, error, context.now()),
  );
  await context.deliveries.settle(claimed, outcome);
  const { channel, scheduledFor } = claimed;
  const retried = outcome.scheduledFor !== undefined;
  outcomes.inc({ channel, outcome: retried ? 'retried' : outcome.state.toLowerCase() });
  if (outcome.state === 'SENT')
    lateness.observe({ channel }, (context.now().getTime() - scheduledFor.getTime()) / 1000);
}

/** Sends all that is due and not held: what was deferred, what waits for another try, what a dead worker left. */
export async function dispatchDue(context: Context): Promise<void> {
  const due = await context.deliveries.listDue(context.now(), batch);
  for (const id of due) await dispatchDelivery(context, id);
}
