import { invoiceFromPlain, type PrecedingInvoice } from '../../reports/invoice/invoice.ts';
import type { Operational } from '../../warehouse/operational/operational.ts';

/** The first self-billing invoice of a creator and currency for each month that was supplied. */
export async function invoicesByMonth(
  db: Pick<Operational, 'selectFrom'>,
  { creator_id, currency }: { readonly creator_id: string; readonly currency: string },
): Promise<ReadonlyMap<string, PrecedingInvoice>> {
  const rows = await db
    .selectFrom('invoices')
    .select(['content', 'number', 'issued_on'])
    .where('supplier', '=', creator_id)
    .where('currency', '=', currency)
    .where('document_kind', '=', 'self_billed_invoice')
    .orderBy('sequence')
    .execute();
  const found = new Map<string, PrecedingInvoice>();
  for (const { content, number, issued_on } of rows) {
    for (const { supplied_in } of invoiceFromPlain(JSON.parse(content)).lines) {
      if (!found.has(supplied_in)) found.set(supplied_in, { number, issued_on });
    }
  }
  return found;
}
