import { type Kysely, sql } from 'kysely';

/**
 * Which creators want what they are sent to be paid out to their bank at once, and what became of it for each payout; both only added to. There is
 * one request for a payout, of a run that holds its lease, made while its transfer stands and none of it is being taken back; and one end.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `create table instant_payout_choices (
    entry bigint generated always as identity primary key,
    creator_id text not null check (creator_id <> ''), is_instant boolean not null,
    chosen_by text not null check (chosen_by <> ''), chosen_at timestamptz not null)`,
  `create index instant_payout_choices_of_creator on instant_payout_choices (creator_id, entry)`,
  `create trigger instant_payout_choices_append_only before update or delete on instant_payout_choices
    for each row execute function refuse_payout_log_change()`,
  `create table instant_payout_log (
    entry bigint generated always as identity primary key,
    payout_id text not null references payout_lines,
    state text not null check (state in ('intent', 'made', 'declined')),
    request text, request_hash text, reason text check (reason <> ''), payout_id_stripe text,
    changed_by text not null, run_id text not null, logged_at timestamptz not null default store_clock(),
    check ((state = 'intent') = (request is not null and request_hash is not null)),
    check ((state = 'made') = (payout_id_stripe is not null)),
    check ((state = 'declined') = (reason is not null)))`,
  `create index instant_payout_log_of_payout on instant_payout_log (payout_id, entry)`,
  `create function assert_instant_payout() returns trigger language plpgsql as $$
  declare
    ended text;
    last_state text;
    is_possible boolean;
  begin
    -- One after another, also with the steps of the payout itself and with its reversal.
    perform from payout_lines where payout_id = new.payout_id for update;
    perform from job_runs where run_id = new.run_id and state = 'running' and lease_expires_at > store_clock() for share;
    if not found then
      raise exception 'The run % has lost its lease.', new.run_id using errcode = 'TP001';
    end if;
    select state into ended from payout_log
      where payout_id = new.payout_id and state in ('sent', 'failed', 'cancelled', 'confirmed', 'reversed') order by entry desc limit 1;
    select state into last_state from instant_payout_log where payout_id = new.payout_id order by entry desc limit 1;
    is_possible := case new.state
      when 'intent' then last_state is null and ended in ('sent', 'confirmed')
        and not exists (select from payout_reversal_log where payout_id = new.payout_id)
      when 'made' then last_state = 'intent'
      else last_state is null or last_state = 'intent'
    end;
    if not coalesce(is_possible, false) then
      raise exception 'The instant payout of % cannot be % now.', new.payout_id, new.state using errcode = 'TP002';
    end if;
    new.logged_at := store_clock();
    return new;
  end $$`,
  `create trigger instant_payout_step before insert on instant_payout_log for each row execute function assert_instant_payout()`,
  `create trigger instant_payout_log_append_only before update or delete on instant_payout_log
    for each row execute function refuse_payout_log_change()`,
];
