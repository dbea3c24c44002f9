import type Stripe from 'stripe';
import { type Account, getStored, idOf } from '../account.ts';
import { itemOf } from '../billing/subscription.shape.ts';
import { attachPaymentMethod, createCard } from '../resources/payment-method.ts';
import { scheduleEnd } from '../resources/subscription.ts';
import { redirected, shown } from './answers.ts';
import { date, type Html, html, money, stateMark, table } from './html.ts';
import type { Pages } from './index.ts';

export const portalPages: Pages = {
  'GET /p/session/:id': ({ account }, id) => shown('Billing', portal(account, sessionOf(account, id))),
  'POST /p/session/:id/end': ({ account }, id, { subscription, ends }) => {
    const session = sessionOf(account, id);
    const found = getStored(account.state.subscriptions, 'subscription', String(subscription));
    if (idOf(found.customer) === session.customer && found.status !== 'canceled') {
      scheduleEnd(account, found, ends === 'true');
      account.emit('customer.subscription.updated', found);
    }
    return redirected(session.url);
  },
  'POST /p/session/:id/card': ({ account }, id, { card }) => {
    const session = sessionOf(account, id);
    const method = attachPaymentMethod(account, createCard(account, String(card)).id, session.customer);
    const customer = getStored(account.state.customers, 'customer', session.customer);
    customer.invoice_settings.default_payment_method = method.id;
    account.emit('customer.updated', customer);
    for (const subscription of subscriptionsOf(account, session))
      subscription.default_payment_method = method.id;
    return redirected(session.url);
  },
};

const sessionOf = (account: Account, id: string) =>
  getStored(account.state.portalSessions, 'billing_portal.session', id);

const subscriptionsOf = ({ state }: Account, { customer }: Stripe.BillingPortal.Session) =>
  Object.values(state.subscriptions).filter((row) => idOf(row.customer) === customer);

function portal(account: Account, session: Stripe.BillingPortal.Session): Html {
  const customer = getStored(account.state.customers, 'customer', session.customer);
  const cards = Object.values(account.state.paymentMethods).filter((row) => row.customer === customer.id);
  const defaults = new Set([
    idOf(customer.invoice_settings.default_payment_method),
    ...subscriptionsOf(account, session).map((row) => idOf(row.default_payment_method)),
  ]);
  const invoices = Object.values(account.state.invoices).filter((row) => row.customer === customer.id);
  return html`<main>
${session.return_url ? html`<p><a href="${session.return_url}">Back to StudyMate</a></p>` : null}
<h1>Billing</h1><p class="soft">${customer.email ?? customer.id}</p>
<h2>Plan</h2>${subscriptionsOf(account, session).map((row) => subscriptionCard(session, row))}
<h2>Cards</h2>${table(
    'Cards',
    ['Card', 'Expires', ''],
    cards.map(({ id, card }) => {
      const isDefault = defaults.has(id);
      return html`<tr><td>${card?.brand ?? ''} …${card?.last4 ?? ''}</td><td>${card?.exp_month ?? ''} / ${card?.exp_year ?? ''}</td><td>${isDefault ? 'default' : ''}</td></tr>`;
    }),
  )}
<form class="card" method="post" action="${session.url}/card">
<label for="card" style="margin-top:0">New card number</label>
<input id="card" name="card" inputmode="numeric" autocomplete="cc-number" required placeholder="4242 4242 4242 4242">
<button class="wide">Use this card from now on</button></form>
<h2>Invoices</h2>${table(
    'Invoices',
    ['Number', 'State', 'Total', 'Made'],
    invoices
      .toReversed()
      .map(
        ({ id, number, status, total, currency, created }) =>
          html`<tr><td><a href="/i/${id}">${number ?? id}</a></td><td>${stateMark(status ?? '')}</td><td>${money(total, currency)}</td><td>${date(created)}</td></tr>`,
      ),
  )}
</main>`;
}

function subscriptionCard(session: Stripe.BillingPortal.Session, subscription: Stripe.Subscription): Html {
  const { price, current_period_end } = itemOf(subscription);
  const ends = subscription.cancel_at_period_end;
  const button = html`<form method="post" action="${session.url}/end">
<input type="hidden" name="subscription" value="${subscription.id}"><input type="hidden" name="ends" value="${ends ? 'false' : 'true'}">
<button class="quiet">${ends ? 'Keep the plan' : 'Cancel at the end of the period'}</button></form>`;
  return html`<div class="card"><strong>${price.nickname ?? price.lookup_key ?? price.id}</strong> ${stateMark(subscription.status)}
<p>${money(price.unit_amount ?? 0, price.currency)} per ${price.recurring?.interval ?? ''}. ${ends ? 'Ends' : 'Renews'} ${date(current_period_end)}.</p>
${subscription.status === 'canceled' ? null : button}</div>`;
}
