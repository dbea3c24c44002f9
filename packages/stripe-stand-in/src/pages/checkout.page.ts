import type Stripe from 'stripe';
import { type Account, getStored } from '../account.ts';
import { StripeFault } from '../errors.ts';
import { completeSession } from '../resources/checkout.ts';
import { redirected, shown } from './answers.ts';
import { type Html, html, money } from './html.ts';
import type { Pages } from './index.ts';

const visa = '4242 4242 4242 4242';

export const checkoutPages: Pages = {
  'GET /c/pay/:id': ({ account }, id) => {
    const session = getStored(account.state.checkoutSessions, 'checkout.session', id);
    return shown(
      'Pay',
      session.status === 'open' ? paymentForm(account, session, null) : closedNotice(session),
    );
  },
  'POST /c/pay/:id': ({ account }, id, { card }) => {
    const session = getStored(account.state.checkoutSessions, 'checkout.session', id);
    try {
      completeSession(account, session, typeof card === 'string' && card ? card : visa);
    } catch (error) {
      if (!(error instanceof StripeFault) || session.status !== 'open') throw error;
      return shown('Pay', paymentForm(account, session, error.message), error.status);
    }
    return redirected((session.success_url ?? account.url).replace('{CHECKOUT_SESSION_ID}', session.id));
  },
};

const closedNotice = (session: Stripe.Checkout.Session): Html => html`<main class="narrow"><div class="card">
<h1>${session.status === 'complete' ? 'This is already paid' : 'This page has expired'}</h1>
<p>There is nothing more to do here.</p>
${session.success_url ? html`<p><a href="${session.success_url}">Back to the shop</a></p>` : null}
</div></main>`;

function paymentForm(account: Account, session: Stripe.Checkout.Session, problem: string | null): Html {
  const { lines, trialDays } = getStored(account.state.checkoutDetails, 'checkout.session', session.id);
  const currency = session.currency ?? 'krw';
  const customer = account.state.customers[String(session.customer)];
  const email = customer?.email ?? session.customer_email;
  return html`<main class="narrow">
<section class="card" aria-labelledby="what">
<h1 id="what">${session.mode === 'subscription' ? 'Subscribe to' : 'Buy'} ${lines[0]?.name ?? ''}</h1>
<p class="amount">${money(session.amount_total ?? 0, currency)}</p>
<ul class="soft">${lines.map(
    ({ name, amount, quantity, priceId }) =>
      html`<li>${quantity} × ${name}: ${money(amount, currency)} ${rhythm(account, priceId)}</li>`,
  )}</ul>
${trialDays > 0 ? html`<p>${trialDays} days free, then the price above. Cancel at any time before.</p>` : null}
${email ? html`<p class="soft">For ${email}</p>` : null}
</section>
<form class="card" method="post" aria-labelledby="how">
<h2 id="how" style="margin-top:0">Pay by card</h2>
${problem ? html`<p class="alert" role="alert">${problem}</p>` : null}
<label for="card">Card number</label>
<input id="card" name="card" inputmode="numeric" autocomplete="cc-number" required value="${visa}" aria-describedby="card-help">
<p id="card-help" class="soft" style="font-size:.85rem;margin:.35rem 0 0">4242 … 4242 pays. 4000 0000 0000 0002 is declined. 4000 0000 0000 0341 is declined when it is charged.</p>
<div class="pair">
<div><label for="expiry">Expires</label><input id="expiry" name="expiry" autocomplete="cc-exp" placeholder="MM / YY" value="12 / 34"></div>
<div><label for="cvc">Security code</label><input id="cvc" name="cvc" inputmode="numeric" autocomplete="cc-csc" value="123"></div>
</div>
<button class="wide">${trialDays > 0 ? 'Start the trial' : `Pay ${money(session.amount_total ?? 0, currency)}`}</button>
${session.cancel_url ? html`<p class="centre"><a href="${session.cancel_url}">Cancel and go back</a></p>` : null}
</form>
</main>`;
}

function rhythm(account: Account, priceId: string | null): string {
  const recurring = account.state.prices[priceId ?? '']?.recurring;
  if (!recurring) return '';
  return recurring.interval_count === 1
    ? `per ${recurring.interval}`
    : `every ${recurring.interval_count} ${recurring.interval}s`;
}
