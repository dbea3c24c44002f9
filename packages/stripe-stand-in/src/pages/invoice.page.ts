import { getStored } from '../account.ts';
import { settle } from '../billing/subscription.lifecycle.ts';
import { cardDeclined } from '../errors.ts';
import { redirected, shown } from './answers.ts';
import { date, html, money, stateMark, table } from './html.ts';
import type { Pages } from './index.ts';

export const invoicePages: Pages = {
  'GET /i/:id': ({ account }, id) => {
    const invoice = getStored(account.state.invoices, 'invoice', id);
    const { currency } = invoice;
    return shown(
      `Invoice ${invoice.number}`,
      html`<main><h1>Invoice ${invoice.number ?? ''}</h1>
<p class="soft">${invoice.customer_email ?? ''} · ${date(invoice.created)}</p>
<p class="amount">${money(invoice.amount_due, currency)}</p><p>${stateMark(invoice.status ?? '')}</p>
${table(
  'Lines',
  ['What', 'Amount'],
  invoice.lines.data.map(
    ({ description, amount }) =>
      html`<tr><td>${description ?? ''}</td><td class="number">${money(amount, currency)}</td></tr>`,
  ),
)}
${invoice.status === 'open' ? html`<form method="post"><button class="wide">Pay with the saved card</button></form>` : null}</main>`,
    );
  },
  'POST /i/:id': ({ account }, id) => {
    const invoice = getStored(account.state.invoices, 'invoice', id);
    if (invoice.status === 'open' && !settle(account, invoice)) throw cardDeclined();
    return redirected(`/i/${id}`);
  },
};
