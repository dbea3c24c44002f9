import { newId } from '@studymate/contracts';
import type { Notification, Recipient } from '@studymate/database/notification';
import type { Context } from '../context.ts';
import { getPreferences, planDeliveries } from '../preference/preference.service.ts';
import { pickText, renderText, type Variables } from '../template/render.ts';
import { arrivalTopic, unreadCountTopic } from './notification-topics.ts';

/** What a message's wording may depend on. */
export interface Reader {
  readonly locale: string;
  readonly timeZone: string;
  readonly displayName: string;
}

/** Something a learner is to hear of, once. */
export interface Occasion {
  readonly userId: string;
  readonly templateKey: string;
  /** Names the occasion; the learner gets one notification for it, however often it is reported. */
  readonly dedupeKey: string;
  readonly targetId?: string | null;
  readonly variables: (reader: Reader) => Variables;
}

const readerOf = (recipient: Recipient | null): Reader =>
  recipient ?? { locale: 'en', timeZone: 'UTC', displayName: 'learner' };

async function writeOut(context: Context, occasion: Occasion) {
  const reader = readerOf(await context.recipients.find(occasion.userId));
  const template = await context.templates.findByKey(occasion.templateKey);
  const text = template && pickText(await context.templates.texts(template), reader.locale);
  if (!text) throw new Error(`There is no template ${occasion.templateKey}.`);
  const variables = occasion.variables(reader);
  return { template, variables, rendered: renderText(text, variables) };
}

/**
 * Notifies a learner through the channels they allow: the feed at once, mails when quiet hours and caps let
 * them. Null when they have heard of this occasion before. A template that lacks a variable throws.
 */
export function notify(context: Context, occasion: Occasion): Promise<Notification | null> {
  const { userId, dedupeKey } = occasion;
  return context.transaction(async (inner) => {
    if (await inner.notifications.findByKey(userId, dedupeKey)) return null;
    const { template, variables, rendered } = await writeOut(inner, occasion);
    const { category } = template;
    const createdAt = inner.now();
    const preferences = await getPreferences(inner, userId);
    const plans = await planDeliveries(inner, preferences, { category, at: createdAt });
    const notification = {
      id: newId('Notification'),
      userId,
      category,
      templateKey: template.key,
      templateVersion: template.version,
      variables,
      title: rendered.subject,
      body: rendered.markdown,
      locale: rendered.usedLocale,
      dedupeKey,
      targetId: occasion.targetId ?? null,
      inApp: plans.some(({ channel, state }) => channel === 'IN_APP' && state === 'DELIVERED'),
      createdAt,
    };
    if (!(await inner.notifications.create(notification))) return null;
    for (const plan of plans) {
      const delivery = await inner.deliveries.create(notification, plan);
      if (plan.state === 'SCHEDULED')
        await inner.jobs.enqueue('sendNotification', { deliveryId: delivery.id });
    }
    if (notification.inApp) {
      inner.changes.announce(arrivalTopic(userId), notification.id);
      inner.changes.announce(unreadCountTopic(userId));
    }
    return { ...notification, readAt: null };
  });
}
