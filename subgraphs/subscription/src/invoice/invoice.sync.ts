import type { Context } from '../context.ts';
import { type EventOrder, isAfter } from '../provider/event-order.ts';
import type { InvoicePayload } from '../provider/payloads.ts';
import { findOwner } from '../subscription/subscription.sync.ts';

/** Takes over a reported bill unless a newer report came before. Answers its owner; null for a stranger's. */
export async function applyInvoice(
  context: Context,
  payload: InvoicePayload,
  order: EventOrder,
): Promise<string | null> {
  const existing = await context.invoices.findByProvider(payload.providerId);
  const userId = existing?.userId ?? (await findOwner(context, payload));
  if (userId === null) return null;
  if (existing && !isAfter(order, { created: existing.watermark, tie: existing.watermarkTie })) return userId;

  const { customerId: _customer, metadata: _metadata, providerStatus: _status, lines, ...fields } = payload;
  await context.invoices.save(
    existing?.id ?? null,
    { ...fields, userId, watermark: order.created, watermarkTie: order.tie },
    lines.map(({ providerPriceId: _price, ...line }, position) => ({ ...line, position })),
  );
  return userId;
}
