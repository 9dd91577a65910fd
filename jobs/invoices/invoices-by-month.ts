import { type Invoice, invoiceFromPlain } from '../../reports/invoice/invoice.ts';
import type { Operational } from '../../warehouse/operational/operational.ts';

/** What was invoiced of a month that was supplied, less what was credited of it. */
export interface InvoicedOfMonth {
  /** The first invoice of it that is not cancelled. */
  readonly invoice: Invoice;
  readonly remaining_minor: bigint;
}

/**
 * The self-billing of a creator and currency in the periods before one, for each month that was supplied and invoiced. What was cancelled counts for
 * nothing, nor does the credit note that cancels it.
 */
export async function invoicesByMonth(
  db: Pick<Operational, 'selectFrom'>,
  { creator_id, currency, period }: { readonly creator_id: string; readonly currency: string; readonly period: string },
): Promise<ReadonlyMap<string, InvoicedOfMonth>> {
  const rows = await db
    .selectFrom('invoices')
    .select(['content', 'document_kind'])
    .where('supplier', '=', creator_id)
    .where('currency', '=', currency)
    .where('period', '<', period)
    .where('document_kind', 'in', ['self_billed_invoice', 'self_billed_credit_note'])
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('invoice_cancellations as cancelled')
            .select('cancelled.invoice_id')
            .where(({ or, eb, ref }) =>
              or([
                eb('cancelled.invoice_id', '=', ref('invoices.invoice_id')),
                eb('cancelled.credit_note_id', '=', ref('invoices.invoice_id')),
              ]),
            ),
        ),
      ),
    )
    .orderBy('sequence')
    .execute();
  const invoiced = new Map<string, Invoice>();
  const remaining = new Map<string, bigint>();
  for (const { content, document_kind } of rows) {
    const isInvoice = document_kind === 'self_billed_invoice';
    const paper = invoiceFromPlain(JSON.parse(content));
    for (const { supplied_in: month, net_minor } of paper.lines) {
      if (isInvoice && !invoiced.has(month)) invoiced.set(month, paper);
      remaining.set(month, (remaining.get(month) ?? 0n) + (isInvoice ? net_minor : -net_minor));
    }
  }
  return new Map(
    [...invoiced].map(([month, invoice]) => [month, { invoice, remaining_minor: remaining.get(month) ?? 0n }]),
  );
}
