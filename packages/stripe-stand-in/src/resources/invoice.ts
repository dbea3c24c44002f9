import { z } from 'zod';
import { getStored } from '../account.ts';
import { draftInvoice, subscriptionOf } from '../billing/invoice.ts';
import { fullPeriodLine, linesOf, previewChange } from '../billing/subscription.change.ts';
import { settle } from '../billing/subscription.lifecycle.ts';
import { itemOf } from '../billing/subscription.shape.ts';
import { badRequest, cardDeclined } from '../errors.ts';
import { type Call, integer, listPage, listParameters, type Routes, route } from '../routing.ts';
import { getRecurringPrice, itemChange, prorationBehavior } from './subscription.ts';

const listFilters = listParameters({
  customer: z.string().optional(),
  subscription: z.string().optional(),
  status: z.string().optional(),
});
const previewParameters = z.strictObject({
  customer: z.string().optional(),
  subscription: z.string(),
  subscription_details: z
    .strictObject({
      items: itemChange.optional(),
      proration_behavior: prorationBehavior.default('create_prorations'),
      proration_date: integer.optional(),
    })
    .default({ proration_behavior: 'create_prorations' }),
});

export const invoiceRoutes: Routes = {
  'GET /v1/invoices': route(listFilters, ({ account, input }) => {
    const found = Object.values(account.state.invoices).filter(
      (invoice) =>
        (!input.customer || invoice.customer === input.customer) &&
        (!input.subscription || subscriptionOf(account, invoice)?.id === input.subscription) &&
        (!input.status || invoice.status === input.status),
    );
    return listPage(found, input, '/v1/invoices');
  }),
  'POST /v1/invoices/create_preview': route(previewParameters, (call) => preview(call)),
  'GET /v1/invoices/:id': route(z.strictObject({}), ({ account, id }) =>
    getStored(account.state.invoices, 'invoice', id),
  ),
  'POST /v1/invoices/:id/pay': route(z.strictObject({}), ({ account, id }) => {
    const invoice = getStored(account.state.invoices, 'invoice', id);
    if (invoice.status !== 'open') throw badRequest('Invoice is not open.', 'id', 'invoice_not_open');
    if (!settle(account, invoice)) throw cardDeclined();
    return invoice;
  }),
};

function preview({ account, input }: Call<z.output<typeof previewParameters>>) {
  const subscription = getStored(account.state.subscriptions, 'subscription', input.subscription);
  const { items, proration_behavior: behavior, proration_date } = input.subscription_details;
  const item = itemOf(subscription);
  const price = items?.[0] ? getRecurringPrice(account, items[0].price) : item.price;
  const change = { price, at: proration_date ?? account.now(), behavior, mustPay: false };
  if (behavior === 'always_invoice') return previewChange(account, subscription, change);

  const pending = account.state.pendingLines[subscription.id] ?? [];
  const prorations = price.id === item.price.id ? [] : linesOf(subscription, change);
  const start = item.current_period_end;
  return draftInvoice(account, {
    subscription,
    lines: [...pending, ...prorations, fullPeriodLine(subscription, price, start)],
    reason: 'upcoming',
    period: { start: item.current_period_start, end: start },
  });
}
