import type { z } from 'zod';
import type { Context } from '../context.ts';
import type { paymentMethodPayload } from '../provider/payloads.ts';

/** Takes over a reported card unless a newer report came before; within a second a removal wins. */
export async function applyPaymentMethod(
  context: Context,
  { id, customer, card }: z.output<typeof paymentMethodPayload>,
  { created, attached }: { created: number; attached: boolean },
): Promise<void> {
  const existing = await context.paymentMethods.find(id);
  const isNewer = !existing || created > existing.watermark || (created === existing.watermark && !attached);
  if (!card || !isNewer) return;
  await context.paymentMethods.save({
    id,
    providerCustomerId: customer ?? existing?.providerCustomerId ?? '',
    brand: card.brand,
    last4: card.last4,
    expMonth: card.exp_month,
    expYear: card.exp_year,
    attached,
    watermark: created,
  });
}
