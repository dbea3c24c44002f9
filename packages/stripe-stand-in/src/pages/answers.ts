import { type Html, page } from './html.ts';
import type { Page } from './index.ts';

export const shown = (title: string, body: Html, status = 200): Page => ({ status, html: page(title, body) });

/** After a form is posted, so that a reload does not post it again. */
export const redirected = (location: string): Page => ({ status: 303, html: '', location });
