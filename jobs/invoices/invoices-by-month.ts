import { invoiceFromPlain, type PrecedingInvoice } from '../../reports/invoice/invoice.ts';
import type { Operational } from '../../warehouse/operational/operational.ts';

/** What was invoiced of a month that was supplied, less what was credited of it. */
export interface InvoicedOfMonth {
  /** The first invoice of it. */
  readonly invoice: PrecedingInvoice;
  readonly remaining_minor: bigint;
}

/** The self-billing of a creator and currency in the periods before one, for each month that was supplied and invoiced. */
export async function invoicesByMonth(
  db: Pick<Operational, 'selectFrom'>,
  { creator_id, currency, period }: { readonly creator_id: string; readonly currency: string; readonly period: string },
): Promise<ReadonlyMap<string, InvoicedOfMonth>> {
  const rows = await db
    .selectFrom('invoices')
    .select(['content', 'number', 'issued_on', 'document_kind'])
    .where('supplier', '=', creator_id)
    .where('currency', '=', currency)
    .where('period', '<', period)
    .where('document_kind', 'in', ['self_billed_invoice', 'self_billed_credit_note'])
    .orderBy('sequence')
    .execute();
  const found = new Map<string, InvoicedOfMonth>();
  for (const { content, number, issued_on, document_kind } of rows) {
    const sign = document_kind === 'self_billed_invoice' ? 1n : -1n;
    for (const { supplied_in, net_minor } of invoiceFromPlain(JSON.parse(content)).lines) {
      const { invoice = { number, issued_on }, remaining_minor = 0n } = found.get(supplied_in) ?? {};
      found.set(supplied_in, { invoice, remaining_minor: remaining_minor + sign * net_minor });
    }
  }
  return found;
}
