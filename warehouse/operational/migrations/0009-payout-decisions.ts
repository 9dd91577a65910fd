import { type Kysely, sql } from 'kysely';

/** What people decide about the payouts of a period as a whole; only added to. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `create table comparison_overrides (
    entry bigint generated always as identity primary key,
    period text not null, sequence integer not null check (sequence >= 1),
    sentence text not null check (sentence <> ''),
    overridden_by text not null, overridden_at timestamptz not null)`,
  `create function refuse_decision_change() returns trigger language plpgsql as $$
  begin
    raise exception 'Decisions about payouts are only added to.' using errcode = 'TP003';
  end $$`,
  `create trigger comparison_overrides_append_only before update or delete on comparison_overrides
    for each row execute function refuse_decision_change()`,
];
