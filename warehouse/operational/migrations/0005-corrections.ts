import { type Kysely, sql } from 'kysely';

/** Corrections that a person has proposed, and what another person has decided. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `create table corrections (
    correction_id text primary key, corrected_kind text not null, corrected_id text not null,
    units text, adjustment_amount text, currency text, replaced_by_id text,
    correction_reason text not null check (correction_reason <> ''), reference text not null check (reference <> ''),
    state text not null check (state in ('proposed', 'approved', 'rejected')),
    proposed_by text not null, proposed_at timestamptz not null,
    decided_by text, decided_at timestamptz, rejection_reason text, effective_at timestamptz,
    check ((state = 'proposed') = (decided_by is null)),
    check (state <> 'approved' or decided_by <> proposed_by),
    check ((corrected_kind = 'balance') = (adjustment_amount is not null and currency is not null)))`,
  `create unique index one_correction_of_a_thing on corrections (corrected_kind, corrected_id)
    where state <> 'rejected' and units is null and corrected_kind <> 'balance'`,
];
