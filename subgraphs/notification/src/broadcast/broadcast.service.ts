import { invalidInput, type JobPayload, newRowId, notFound } from '@studymate/contracts';
import type { Broadcast } from '@studymate/database/notification';
import { onceByKey } from '@studymate/subgraph-kit';
import type { MutationBroadcastArgs } from '../__generated__/resolvers.ts';
import type { Context } from '../context.ts';
import { dedupeKey } from '../notification/dedupe-key.ts';
import { notify } from '../notification/notify.service.ts';
import type { Segment } from '../recipient/recipient.repository.ts';
import { variablesOf } from '../template/render.ts';

const pageSize = 100;

/** Reads `ALL` or `LANGUAGE:<tag>`; throws VALIDATION for anything else. */
function parseSegment(text: string): Segment {
  if (text === 'ALL') return { language: null };
  const [, language] = /^LANGUAGE:([a-z]{2,3})$/.exec(text) ?? [];
  if (language === undefined)
    throw invalidInput(['segment'], 'segment: must be ALL or LANGUAGE:<language>, such as LANGUAGE:ko');
  return { language };
}

/** Only what is known of everybody can be filled in for everybody. */
async function requireSendable(context: Context, templateKey: string): Promise<void> {
  const template = await context.templates.findByKey(templateKey);
  if (!template) throw notFound('NotificationTemplate');
  const texts = await context.templates.texts(template);
  const unknown = texts.flatMap(variablesOf).find((name) => name !== 'displayName');
  if (unknown !== undefined)
    throw invalidInput(['templateKey'], `The template needs ${unknown}, which a broadcast cannot give.`);
}

async function getBroadcast(context: Context, id: string): Promise<Broadcast> {
  const broadcast = await context.broadcasts.find(id);
  if (!broadcast) throw notFound('Broadcast');
  return broadcast;
}

/** Sends a message off to a segment; the pages of recipients follow as jobs. */
export function startBroadcast(context: Context, args: MutationBroadcastArgs): Promise<Broadcast> {
  const { idempotencyKey: key, ...body } = args;
  return onceByKey(
    context,
    { mutation: 'broadcast', key, body },
    {
      replay: getBroadcast,
      run: async (inner) => {
        const segment = parseSegment(args.segment);
        await requireSendable(inner, args.templateKey);
        const recipients = await inner.recipients.countIn(segment);
        const broadcast = await inner.broadcasts.create({
          id: newRowId(),
          ...body,
          recipients,
          createdAt: inner.now(),
        });
        await inner.jobs.enqueue('sendBroadcast', { broadcastId: broadcast.id });
        return broadcast;
      },
    },
  );
}

/** Notifies one page of recipients, then asks for the next. A page that is sent again reaches nobody twice. */
export async function sendBroadcastPage(
  context: Context,
  { broadcastId, after }: JobPayload<'sendBroadcast'>,
): Promise<void> {
  const { templateKey, segment } = await getBroadcast(context, broadcastId);
  const userIds = await context.recipients.listIn(parseSegment(segment), after ?? null, pageSize);
  for (const userId of userIds) {
    await notify(context, {
      userId,
      templateKey,
      dedupeKey: dedupeKey('broadcast', broadcastId),
      variables: ({ displayName }) => ({ displayName }),
    });
  }
  const last = userIds.at(-1);
  if (last !== undefined && userIds.length === pageSize)
    await context.jobs.enqueue('sendBroadcast', { broadcastId, after: last });
}
