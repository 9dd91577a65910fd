import { type Invoice, invoiceFromPlain } from '../../reports/invoice/invoice.ts';
import { minorToDecimal } from '../../warehouse/money.ts';
import type { InvoicesTable } from '../../warehouse/operational/invoice-tables.ts';
import type { Services } from '../job.ts';
import { TO_DEVELOPERS } from './draw-invoice.ts';

/** An invoice as lists show it. Amounts are decimals of the currency. */
export interface ListedInvoice
  extends Readonly<
    Pick<InvoicesTable, 'invoice_id' | 'number' | 'supplier' | 'subject' | 'period' | 'currency' | 'issued_on'>
  > {
  readonly kind: InvoicesTable['document_kind'];
  readonly net: string;
  readonly tax: string;
  readonly due: string;
  /** The last answer; null while there is none. */
  readonly answer: 'accepted' | 'disputed' | null;
  readonly because: string | null;
  readonly answered_by: string | null;
  /** Where it was given, if somebody else than the other party has recorded it. */
  readonly reference: string | null;
  /** The number of the credit note that cancels it. */
  readonly cancelled_by: string | null;
}

interface InvoiceFilter {
  readonly period?: string | undefined;
  readonly subject?: string | undefined;
  /** Only those to these developers, and those in the name of these creators. */
  readonly onlyOf?: { readonly developers: readonly string[]; readonly creators: readonly string[] } | undefined;
  /** The entry before which the list goes on. */
  readonly before?: bigint | undefined;
  readonly limit: number;
}

/** Invoices, newest first: one more than the limit if there are more. */
export async function listInvoices(
  { operational }: Pick<Services, 'operational'>,
  { period, subject, onlyOf, before, limit }: InvoiceFilter,
): Promise<(ListedInvoice & { readonly entry: bigint })[]> {
  let query = operational
    .selectFrom('invoices')
    .leftJoinLateral(
      (from) =>
        from
          .selectFrom('invoice_answers')
          .select(['answer', 'because', 'answered_by', 'reference'])
          .whereRef('invoice_answers.invoice_id', '=', 'invoices.invoice_id')
          .orderBy('invoice_answers.entry', 'desc')
          .limit(1)
          .as('last'),
      (join) => join.onTrue(),
    )
    .leftJoin('invoice_cancellations as cancelled', 'cancelled.invoice_id', 'invoices.invoice_id')
    .leftJoin('invoices as credit', 'credit.invoice_id', 'cancelled.credit_note_id')
    .selectAll('invoices')
    .select(['last.answer', 'last.because', 'last.answered_by', 'last.reference', 'credit.number as cancelled_by'])
    .orderBy('invoices.entry', 'desc')
    .limit(limit + 1);
  if (period !== undefined) query = query.where('invoices.period', '=', period);
  if (subject !== undefined) query = query.where('invoices.subject', '=', subject);
  if (onlyOf !== undefined) {
    const { developers, creators } = onlyOf;
    if (developers.length + creators.length === 0) return [];
    query = query.where(({ eb, and, or }) =>
      or([
        and([eb('invoices.document_kind', 'in', TO_DEVELOPERS), eb('invoices.subject', 'in', [...developers, ''])]),
        and([eb('invoices.document_kind', 'not in', TO_DEVELOPERS), eb('invoices.subject', 'in', [...creators, ''])]),
      ]),
    );
  }
  if (before !== undefined) query = query.where('invoices.entry', '<', before);
  const rows = await query.execute();
  return rows.map(({ content, document_kind: kind, sequence: _, drawn_at: __, ...row }) => {
    const { totals }: Invoice = invoiceFromPlain(JSON.parse(content));
    const amount = (minor: bigint): string => minorToDecimal(minor, row.currency);
    const figures = { net: amount(totals.net_minor), tax: amount(totals.tax_minor), due: amount(totals.due_minor) };
    return { ...row, kind, ...figures };
  });
}
