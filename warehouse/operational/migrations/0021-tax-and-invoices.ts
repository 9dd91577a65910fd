import { type Kysely, sql } from 'kysely';

/**
 * Cancelled invoices with the credit notes that cancel them, and where the other party has answered an invoice if somebody else has recorded it. Of
 * credit notes, a month may have several: one for each month of which it takes something back, and those that cancel.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `create table invoice_cancellations (
    invoice_id text primary key references invoices, credit_note_id text not null unique references invoices,
    because text not null check (because <> ''), cancelled_by text not null check (cancelled_by <> ''),
    cancelled_at timestamptz not null, check (invoice_id <> credit_note_id))`,
  `create trigger invoice_cancellations_only_added before update or delete on invoice_cancellations
    for each row execute function refuse_change_of_invoices()`,
  `alter table invoice_answers add column reference text check (reference <> '')`,
  `drop index documents_first`,
  `create unique index documents_first on documents (kind, period, subject, currency, format)
    where supersedes is null and kind not in ('credit_note', 'self_billed_credit_note')`,
];
