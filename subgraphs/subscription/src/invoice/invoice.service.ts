import { invalidInput } from '@studymate/contracts';
import type { Invoice } from '@studymate/database/subscription';
import { type Connection, type PageArguments, parsePage, toConnection } from '@studymate/subgraph-kit';
import { canSeeBilling } from '../billing-account/billing-account.policy.ts';
import type { Context } from '../context.ts';

export interface InvoicePage extends Connection<Invoice> {
  readonly ownerId: string;
}

/** The bill, or null when it does not exist or is not the viewer's to see. */
export async function findInvoice(context: Context, id: string): Promise<Invoice | null> {
  const invoice = await context.invoices.find(id);
  return invoice && canSeeBilling(context.viewer, invoice.userId) ? invoice : null;
}

export async function listInvoices(
  context: Context,
  userId: string,
  pageArguments: PageArguments,
): Promise<InvoicePage> {
  const page = parsePage(pageArguments);
  const after = page.cursor === null ? null : parseCursor(page.cursor);
  const invoices = await context.invoices.listOf(userId, { take: page.take, after });
  const connection = toConnection(invoices, page, ({ issuedAt, id }) => [issuedAt.toISOString(), id]);
  return { ...connection, ownerId: userId };
}

function parseCursor([issuedAt = '', id = '']: readonly string[]) {
  const instant = new Date(issuedAt);
  if (Number.isNaN(instant.getTime())) throw invalidInput(['after'], 'after: is not a cursor of this list');
  return { issuedAt: instant, id };
}
