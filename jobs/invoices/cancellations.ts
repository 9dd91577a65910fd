import { cancellationOf } from '../../reports/invoice/credit.ts';
import { INVOICE_KINDS, invoiceFromPlain } from '../../reports/invoice/invoice.ts';
import { instant } from '../../warehouse/clock.ts';
import { Conflict } from '../../warehouse/errors.ts';
import { derivedId } from '../../warehouse/ids.ts';
import type { InvoiceCancellationsTable } from '../../warehouse/operational/invoice-tables.ts';
import type { Operational } from '../../warehouse/operational/operational.ts';
import type { Services } from '../job.ts';
import { deletedDocuments } from '../retention/deletions.ts';
import { requireReason } from '../tax/reason.ts';
import { unknownInvoice } from './answers.ts';
import { creditNotesOn, drawIn, leftOf, lockSequence, prefixOf } from './draw-invoice.ts';

/** A cancelled invoice with the number of the credit note that cancels it. */
export type Cancellation = InvoiceCancellationsTable & { readonly credit_note_number: string };

interface CancelRequest {
  readonly invoice_id: string;
  readonly because: string;
  readonly by: string;
}

/**
 * Cancels an invoice by a credit note of what is left of it, with its parties, currency and tax, which names it. The next `issue-invoices` of its month renders the credit
 * note and draws a new invoice, as profiles and settings then are. Throws `NotFound`, `Rejected` without a reason, `Conflict` if it is cancelled already, nothing
 * is left of it, it was deleted, or it is itself a credit note.
 */
export async function cancelInvoice(
  { operational, clock }: Pick<Services, 'operational' | 'clock'>,
  { invoice_id, because, by }: CancelRequest,
): Promise<Cancellation> {
  const reason = requireReason(because);
  const cancelled_at = instant(clock.now());
  return operational.transaction().execute(async (transaction) => {
    const row = await transaction
      .selectFrom('invoices')
      .selectAll()
      .where('invoice_id', '=', invoice_id)
      .executeTakeFirst();
    if (!row) throw unknownInvoice(invoice_id);
    await assertKept(transaction, row);
    await lockSequence(transaction, row.supplier);
    const original = invoiceFromPlain(JSON.parse(row.content));
    if (INVOICE_KINDS[original.kind].isCredit)
      throw new Conflict(
        `${row.number} cannot be cancelled, because it is a credit note; cancel the invoice that it reduces, ${original.preceding.map(({ number }) => number).join(', ')}.`,
      );
    const credit_note_id = derivedId('inv', 'cancellation', invoice_id);
    const before = await transaction
      .selectFrom('invoices')
      .select('number')
      .where('invoice_id', '=', credit_note_id)
      .executeTakeFirst();
    if (before) throw new Conflict(`${row.number} is cancelled already, by ${before.number}.`);
    const notes = await creditNotesOn(transaction, original);
    if (leftOf(original, notes) <= 0n)
      throw new Conflict(
        `${row.number} cannot be cancelled, because nothing is left of it: ${notes.map(({ number }) => number).join(', ')} ${notes.length === 1 ? 'has' : 'have'} taken it back.`,
      );
    const draft = cancellationOf(original, { invoice_id: credit_note_id, before: notes });
    const { number } = await drawIn(transaction, {
      draft,
      prefix: prefixOf(row),
      subject: row.subject,
      drawn_at: cancelled_at,
    });
    const cancelled = { invoice_id, credit_note_id, because: reason, cancelled_by: by, cancelled_at };
    await transaction.insertInto('invoice_cancellations').values(cancelled).execute();
    return { ...cancelled, credit_note_number: number };
  });
}

/** Throws `Conflict` if its parties were deleted: a credit note names them as the invoice did. */
async function assertKept(
  db: Pick<Operational, 'selectFrom'>,
  { invoice_id, number }: { readonly invoice_id: string; readonly number: string },
): Promise<void> {
  const deleted = await deletedDocuments(db).where('content_id', '=', invoice_id).limit(1).executeTakeFirst();
  if (deleted)
    throw new Conflict(
      `${number} cannot be cancelled, because it was deleted at ${deleted.deleted_at}, once its term was over: nothing says any more whom the credit note would be for.`,
    );
}

/** How many invoices of a month were cancelled, by kind, subject and currency. */
export async function cancelledCounts(
  db: Pick<Operational, 'selectFrom'>,
  period: string,
): Promise<(of: { readonly kind: string; readonly subject: string; readonly currency: string }) => number> {
  const rows = await db
    .selectFrom('invoice_cancellations')
    .innerJoin('invoices', 'invoices.invoice_id', 'invoice_cancellations.invoice_id')
    .select(['document_kind', 'subject', 'currency'])
    .where('period', '=', period)
    .execute();
  return ({ kind, subject, currency }) =>
    rows.filter((row) => row.document_kind === kind && row.subject === subject && row.currency === currency).length;
}
