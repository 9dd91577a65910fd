import { type Kysely, sql } from 'kysely';

/** The last number of each supplier in a row of its own: whoever draws the next one locks it, so two processes draw one after the other. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `create table invoice_sequences (
    supplier text primary key check (supplier <> ''), last_sequence integer not null check (last_sequence >= 0))`,
  `insert into invoice_sequences (supplier, last_sequence) select supplier, max(sequence) from invoices group by supplier`,
];
