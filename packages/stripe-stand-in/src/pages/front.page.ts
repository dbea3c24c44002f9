import type Stripe from 'stripe';
import { type Account, getStored, idOf } from '../account.ts';
import { itemOf } from '../billing/subscription.shape.ts';
import { redirected, shown } from './answers.ts';
import { date, type Html, html, money, stateMark, table } from './html.ts';
import type { PageContext, Pages } from './index.ts';

const rowsShown = 50;

export const frontPages: Pages = {
  'GET /': (context) => shown('Overview', overview(context)),
  'GET /events/:id': ({ account }, id) => {
    const event = getStored(account.state.events, 'event', id);
    return shown(
      event.type,
      html`<main><p><a href="/">Overview</a></p><h1>${event.type}</h1>
<div class="scroll" tabindex="0" role="region" aria-label="Event as JSON"><pre style="padding:1rem;margin:0"><code>${JSON.stringify(event, null, 2)}</code></pre></div></main>`,
    );
  },
  'POST /events/:id/resend': ({ account, resend }, id) => {
    resend(getStored(account.state.events, 'event', id).id);
    return redirected('/');
  },
};

const newest = <T>(rows: Record<string, T>) => Object.values(rows).toReversed().slice(0, rowsShown);

const overview = ({ account }: PageContext): Html => html`<main>
<h1>Stripe stand-in</h1>
<p class="soft">What StudyMate sees as Stripe on this machine. The API is under <code>${account.url}/v1</code>.</p>
<h2>Customers</h2>${customers(account)}
<h2>Checkout sessions</h2>${sessions(account)}
<h2>Subscriptions</h2>${subscriptions(account)}
<h2>Invoices</h2>${invoices(account)}
<h2>Events</h2>${events(account)}
</main>`;

const customers = ({ state }: Account) =>
  table(
    'Customers',
    ['E-mail', 'Name', 'Id', 'Since'],
    newest(state.customers).map(
      ({ id, email, name, created }) =>
        html`<tr><td>${email ?? '—'}</td><td>${name ?? '—'}</td><td><code>${id}</code></td><td>${date(created)}</td></tr>`,
    ),
  );

const sessions = ({ state }: Account) =>
  table(
    'Checkout sessions',
    ['State', 'Mode', 'Amount', 'Customer', 'Made'],
    newest(state.checkoutSessions).map(
      ({ status, mode, amount_total, currency, customer, created, url }) => html`<tr>
<td>${url ? html`<a href="${url}">pay</a>` : stateMark(status ?? '')}</td><td>${mode}</td>
<td>${money(amount_total ?? 0, currency ?? 'krw')}</td><td>${emailOf(state.customers, customer)}</td><td>${date(created)}</td></tr>`,
    ),
  );

const subscriptions = ({ state }: Account) =>
  table(
    'Subscriptions',
    ['State', 'Price', 'Customer', 'Period ends', 'Id'],
    newest(state.subscriptions).map((subscription) => {
      const { price, current_period_end } = itemOf(subscription);
      const ends = subscription.cancel_at_period_end ? ' (last)' : '';
      return html`<tr><td>${stateMark(subscription.status)}</td><td>${price.lookup_key ?? price.id}</td>
<td>${emailOf(state.customers, subscription.customer)}</td><td>${date(current_period_end)}${ends}</td><td><code>${subscription.id}</code></td></tr>`;
    }),
  );

const invoices = ({ state }: Account) =>
  table(
    'Invoices',
    ['Number', 'State', 'Total', 'Customer', 'Made'],
    newest(state.invoices).map(
      ({ id, number, status, total, currency, customer, created }) => html`<tr>
<td><a href="/i/${id}">${number ?? id}</a></td><td>${stateMark(status ?? '')}</td><td>${money(total, currency)}</td>
<td>${emailOf(state.customers, customer)}</td><td>${date(created)}</td></tr>`,
    ),
  );

const events = ({ state }: Account) =>
  table(
    'Events',
    ['Type', 'Webhook', 'At', ''],
    newest(state.events).map(({ id, type, created }) => {
      const delivery = state.deliveries[id];
      const mark = delivery?.deliveredAt ? 'delivered' : delivery?.attempts ? 'failed' : 'waiting';
      return html`<tr><td><a href="/events/${id}">${type}</a></td>
<td>${stateMark(mark)} ${delivery?.lastProblem ? html`<span class="soft">${delivery.lastProblem}, ${delivery.attempts} tries</span>` : null}</td>
<td>${date(created)}</td>
<td><form class="inline" method="post" action="/events/${id}/resend"><button class="quiet" aria-label="Send ${type} again">Send again</button></form></td></tr>`;
    }),
  );

const emailOf = (
  customers: Record<string, Stripe.Customer>,
  customer: string | Stripe.Customer | Stripe.DeletedCustomer | null,
) => customers[idOf(customer) ?? '']?.email ?? idOf(customer) ?? '—';
