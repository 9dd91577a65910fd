import { type Invoice, type InvoiceLine, invoiceFromPlain } from '../../reports/invoice/invoice.ts';
import type { Operational } from '../../warehouse/operational/operational.ts';
import { deletedDocuments } from '../retention/deletions.ts';

/** An invoice that is not cancelled, and what is left of it after the credit notes that name it. */
export interface OpenInvoice {
  readonly invoice: Invoice;
  /** Its term was over: it has no parties any more, and nothing can be credited to it. */
  readonly isDeleted: boolean;
  left_minor: bigint;
  /** The same of each month that was supplied. */
  readonly leftOfMonth: Map<string, bigint>;
}

interface OfCreator {
  readonly creator_id: string;
  readonly currency: string;
  readonly period: string;
}

type Db = Pick<Operational, 'selectFrom'>;

/**
 * The self-billing invoices of a creator and currency in the periods before one, in the order of their numbers. What is left of them is after all credit
 * notes: months may be issued in any order.
 */
export async function openInvoices(db: Db, { creator_id, currency, period }: OfCreator): Promise<OpenInvoice[]> {
  const rows = await papersOf(db, { creator_id, currency }).execute();
  const open = new Map<string, OpenInvoice>();
  for (const { content, number, document_kind, is_cancelled, is_deleted } of rows) {
    const paper = invoiceFromPlain(JSON.parse(content));
    if (document_kind === 'self_billed_invoice') {
      if (is_cancelled || paper.period >= period) continue;
      const left = { left_minor: paper.totals.net_minor, leftOfMonth: sumsOf(paper.lines) };
      open.set(number, { invoice: paper, isDeleted: Boolean(is_deleted), ...left });
      continue;
    }
    const reduced = open.get(paper.preceding[0]?.number ?? '');
    if (!reduced) continue;
    reduced.left_minor -= paper.totals.net_minor;
    for (const [month, sum] of sumsOf(paper.lines))
      reduced.leftOfMonth.set(month, (reduced.leftOfMonth.get(month) ?? 0n) - sum);
  }
  return [...open.values()];
}

/** What credit notes of a period have taken back of earlier months, without those that cancel: they are drawn together, so a month is whole. */
export async function creditedIn(db: Db, { creator_id, currency, period }: OfCreator): Promise<Map<string, bigint>> {
  const notes = await creditNotesOf(db, { creator_id, currency, period });
  return sumsOf(notes.flatMap(({ lines }) => lines));
}

/** The lines of the credit notes that had reduced the cancelled invoices of a period: what takes their place is less by them. */
export async function creditedOfCancelled(
  db: Db,
  { creator_id, currency, period }: OfCreator,
): Promise<{ readonly number: string; readonly lines: readonly InvoiceLine[] }[]> {
  const rows = await papersOf(db, { creator_id, currency })
    .where('period', '=', period)
    .where('document_kind', '=', 'self_billed_invoice')
    .execute();
  const cancelled = rows.filter(({ is_cancelled }) => is_cancelled).map(({ number }) => number);
  if (cancelled.length === 0) return [];
  const notes = await creditNotesOf(db, { creator_id, currency });
  return notes.filter(({ preceding }) => cancelled.includes(preceding[0]?.number ?? ''));
}

async function creditNotesOf(
  db: Db,
  { period, ...of }: Pick<OfCreator, 'creator_id' | 'currency'> & { readonly period?: string },
): Promise<Invoice[]> {
  let query = papersOf(db, of)
    .where('document_kind', '=', 'self_billed_credit_note')
    .where('invoice_id', 'not in', (from) => from.selectFrom('invoice_cancellations').select('credit_note_id'));
  if (period !== undefined) query = query.where('period', '=', period);
  return (await query.execute()).map(({ content }) => invoiceFromPlain(JSON.parse(content)));
}

function papersOf(db: Db, { creator_id, currency }: Pick<OfCreator, 'creator_id' | 'currency'>) {
  return db
    .selectFrom('invoices')
    .select(['content', 'number', 'document_kind'])
    .select(({ exists, selectFrom }) =>
      exists(
        selectFrom('invoice_cancellations as cancelled')
          .select('cancelled.invoice_id')
          .whereRef('cancelled.invoice_id', '=', 'invoices.invoice_id'),
      ).as('is_cancelled'),
    )
    .select(({ eb }) =>
      eb('invoices.invoice_id', 'in', deletedDocuments(db).clearSelect().select('content_id')).as('is_deleted'),
    )
    .where('supplier', '=', creator_id)
    .where('currency', '=', currency)
    .where('document_kind', 'in', ['self_billed_invoice', 'self_billed_credit_note'])
    .orderBy('sequence');
}

function sumsOf(lines: readonly InvoiceLine[]): Map<string, bigint> {
  const sums = new Map<string, bigint>();
  for (const { supplied_in, net_minor } of lines) sums.set(supplied_in, (sums.get(supplied_in) ?? 0n) + net_minor);
  return sums;
}
