import type { Account } from '../account.ts';
import { StripeFault } from '../errors.ts';
import type { FormFields } from '../form.ts';
import { checkoutPages } from './checkout.page.ts';
import { frontPages } from './front.page.ts';
import { html, page } from './html.ts';
import { invoicePages } from './invoice.page.ts';
import { portalPages } from './portal.page.ts';

export interface PageRequest {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly fields: FormFields;
}

export interface Page {
  readonly status: number;
  readonly html: string;
  readonly location?: string;
}

export interface PageContext {
  readonly account: Account;
  resend(eventId: string): void;
}

/** `METHOD /path/:id` → the page. */
export type Pages = Readonly<Record<string, (context: PageContext, id: string, fields: FormFields) => Page>>;

const pages: Pages = { ...frontPages, ...checkoutPages, ...portalPages, ...invoicePages };

export function answerPage(context: PageContext, request: PageRequest): Page {
  const method = request.method === 'HEAD' ? 'GET' : request.method;
  try {
    for (const [name, answer] of Object.entries(pages)) {
      const match = new RegExp(`^${name.replace(':id', '(\\w+)')}$`).exec(`${method} ${request.path}`);
      if (match) return answer(context, match[1] ?? '', request.fields);
    }
    return notice(404, 'There is no such page.');
  } catch (error) {
    if (error instanceof StripeFault) return notice(error.status, error.message);
    throw error;
  }
}

const notice = (status: number, message: string): Page => ({
  status,
  html: page(
    'Sorry',
    html`<main class="narrow"><div class="card"><h1>Sorry</h1><p>${message}</p></div></main>`,
  ),
});
