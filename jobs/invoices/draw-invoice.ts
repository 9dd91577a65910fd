import type { Transaction } from 'kysely';
import { faultsOfInvoice } from '../../reports/invoice/check-invoice.ts';
import type { InvoiceDraft } from '../../reports/invoice/draft.ts';
import {
  INVOICE_KINDS,
  type Invoice,
  type InvoiceKind,
  invoiceFromPlain,
  invoiceToPlain,
} from '../../reports/invoice/invoice.ts';
import { canonicalJson } from '../../warehouse/canonical-json.ts';
import { instant } from '../../warehouse/clock.ts';
import { Conflict, Rejected } from '../../warehouse/errors.ts';
import type { InvoicesTable } from '../../warehouse/operational/invoice-tables.ts';
import type { OperationalTables } from '../../warehouse/operational/schema.ts';
import { DOCUMENT_KINDS, type DocumentKind } from '../../warehouse/vocabulary/documents.ts';
import type { Services } from '../job.ts';

/** The kinds of documents that invoices become. */
export const INVOICE_DOCUMENTS = [
  'self_billed_invoice',
  'self_billed_credit_note',
  'invoice',
  'credit_note',
] as const satisfies readonly DocumentKind[];
/** Those to developers. */
export const TO_DEVELOPERS: readonly DocumentKind[] = INVOICE_DOCUMENTS.filter(
  (kind) => DOCUMENT_KINDS[kind].subject === 'developer',
);
export type InvoiceDocument = (typeof INVOICE_DOCUMENTS)[number];

const DIGITS = 6;

interface Named {
  /** Of the number. */
  readonly prefix: string;
  /** The creator or developer. */
  readonly subject: string;
}

/**
 * Draws the next numbers of the supplier and stores its invoices and credit notes with them, in one transaction: after a crash there is neither a number
 * without an invoice nor a gap, and of several processes each waits for the one before. What is drawn already stays as it is. Throws `Rejected`
 * with every fault of the first that has one, `Conflict` if a credit note is of more than is left of its invoice, and then draws no number.
 */
export async function drawInvoices(
  { operational, clock }: Pick<Services, 'operational' | 'clock'>,
  { drafts, ...named }: Named & { readonly drafts: readonly InvoiceDraft[] },
): Promise<void> {
  const [first] = drafts;
  if (!first) return;
  const drawn_at = instant(clock.now());
  await operational.transaction().execute(async (transaction) => {
    await lockSequence(transaction, first.supplier.party_id);
    for (const draft of drafts) {
      const before = await transaction
        .selectFrom('invoices')
        .select('invoice_id')
        .where('invoice_id', '=', draft.invoice_id)
        .execute();
      if (before.length === 0) await drawIn(transaction, { ...named, draft, drawn_at });
    }
  });
}

/** Draws the next number within a transaction that has locked the sequence. Throws as `drawInvoices`. */
export async function drawIn(
  transaction: Transaction<OperationalTables>,
  { draft, prefix, subject, drawn_at }: Named & { readonly draft: InvoiceDraft; readonly drawn_at: string },
): Promise<Invoice> {
  const { invoice_id, kind, currency, period } = draft;
  const issued_on = drawn_at.slice(0, 10);
  const supplier = draft.supplier.party_id;
  const sequence = await stepSequence(transaction, { supplier, step: 1 });
  const number = `${prefix}${ownPart({ kind, supplier, sequence })}`;
  if (!INVOICE_KINDS[kind].isSelfBilled) await assertOwnPrefix(transaction, { supplier, prefix });
  const invoice = { ...draft, number, issued_on };
  const faults = faultsOfInvoice(invoice);
  if (faults.length > 0) throw new Rejected(`${faults.join('; ')}.`);
  if (INVOICE_KINDS[kind].isCredit) await assertLeft(transaction, invoice);
  const row = {
    ...{ invoice_id, document_kind: kind, supplier, sequence, number, issued_on },
    ...{ subject, period, currency, content: canonicalJson(invoiceToPlain(invoice)), drawn_at },
  };
  await transaction.insertInto('invoices').values(row).execute();
  return invoice;
}

/**
 * A company whose name in the invoice file was changed, or that has changed places with the issuer of the file, is another supplier with another sequence: under
 * the prefix that it had, it would give numbers a second time. Throws `Rejected`.
 */
async function assertOwnPrefix(
  transaction: Transaction<OperationalTables>,
  { supplier, prefix }: { readonly supplier: string; readonly prefix: string },
): Promise<void> {
  const other = await transaction
    .selectFrom('invoices')
    .innerJoin('invoice_sequences', 'invoice_sequences.supplier', 'invoices.supplier')
    .select(['invoices.supplier', 'invoices.number'])
    .where('invoice_sequences.supplier', '<>', supplier)
    .where('invoices.document_kind', 'in', TO_DEVELOPERS)
    .where('invoices.number', '~', `^${prefix}[0-9]{${DIGITS},}$`)
    .limit(1)
    .executeTakeFirst();
  if (other)
    throw new Rejected(
      `${prefix} is the number_prefix of ${other.supplier}, which has drawn ${other.number}; give usage of ${supplier} another number_prefix in the invoice file.`,
    );
}

type Numbered = Pick<InvoicesTable, 'supplier' | 'sequence'>;

/** Each creator has a sequence of its own in self-billing. */
function ownPart({ kind, supplier, sequence }: Numbered & { readonly kind: InvoiceKind }): string {
  const own = INVOICE_KINDS[kind].isSelfBilled ? `${supplier}-` : '';
  return `${own}${String(sequence).padStart(DIGITS, '0')}`;
}

/** What stands before the own part of a number that was drawn. */
export function prefixOf(row: Numbered & Pick<InvoicesTable, 'number' | 'document_kind'>): string {
  return row.number.slice(0, -ownPart({ ...row, kind: row.document_kind as InvoiceDocument }).length);
}

/** Whether all of these invoices have their numbers. */
export async function areDrawn(
  { operational }: Pick<Services, 'operational'>,
  invoiceIds: readonly string[],
): Promise<boolean> {
  if (invoiceIds.length === 0) return true;
  const found = await operational
    .selectFrom('invoices')
    .select('invoice_id')
    .where('invoice_id', 'in', invoiceIds)
    .execute();
  return found.length === invoiceIds.length;
}

/** What was read before the sequence was locked may be outdated: an invoice was cancelled or credited meanwhile. Throws `Conflict`. */
async function assertLeft(
  transaction: Transaction<OperationalTables>,
  { supplier, preceding, totals }: Invoice,
): Promise<void> {
  for (const { number } of preceding) {
    const row = await transaction
      .selectFrom('invoices')
      .select('content')
      .where('supplier', '=', supplier.party_id)
      .where('number', '=', number)
      .executeTakeFirstOrThrow();
    const original = invoiceFromPlain(JSON.parse(row.content));
    if (totals.net_minor > leftOf(original, await creditNotesOn(transaction, original)))
      throw new Conflict(
        `More than is left of ${number} would be credited: it was credited or cancelled meanwhile; issue the invoices of the month again.`,
      );
  }
}

/** The credit notes that name an invoice, in the order of their numbers, with the one that cancels it. */
export async function creditNotesOn(
  db: Pick<Transaction<OperationalTables>, 'selectFrom'>,
  { supplier, number, kind }: Pick<Invoice, 'supplier' | 'number' | 'kind'>,
): Promise<Invoice[]> {
  const rows = await db
    .selectFrom('invoices')
    .select('content')
    .where('supplier', '=', supplier.party_id)
    .where('document_kind', '=', INVOICE_KINDS[kind].isSelfBilled ? 'self_billed_credit_note' : 'credit_note')
    .orderBy('sequence')
    .execute();
  const notes = rows.map(({ content }) => invoiceFromPlain(JSON.parse(content)));
  return notes.filter(({ preceding }) => preceding.some((each) => each.number === number));
}

/** What is left of an invoice after credit notes that name it, without tax, in minor units. */
export function leftOf({ totals }: Invoice, creditNotes: readonly Invoice[]): bigint {
  return creditNotes.reduce((left, note) => left - note.totals.net_minor, totals.net_minor);
}

/** Until the transaction ends, nobody else draws a number of the supplier, or credits one of its invoices. */
export async function lockSequence(transaction: Transaction<OperationalTables>, supplier: string): Promise<void> {
  await stepSequence(transaction, { supplier, step: 0 });
}

/** One statement, so that the row exists and is locked also for the first number of a supplier. Returns the last number after the step. */
async function stepSequence(
  transaction: Transaction<OperationalTables>,
  { supplier, step }: { readonly supplier: string; readonly step: 0 | 1 },
): Promise<number> {
  const { last_sequence } = await transaction
    .insertInto('invoice_sequences')
    .values({ supplier, last_sequence: step })
    .onConflict((conflict) =>
      conflict
        .column('supplier')
        .doUpdateSet(({ eb }) => ({ last_sequence: eb('invoice_sequences.last_sequence', '+', step) })),
    )
    .returning('last_sequence')
    .executeTakeFirstOrThrow();
  return last_sequence;
}
