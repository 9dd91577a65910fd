import { type Kysely, sql } from 'kysely';

/**
 * The requests to take back a payout that was sent, each stored before it leaves, and what became of it; only added to. A request is of a run
 * that holds its lease, for a payout whose transfer stands, and follows the last one, once that one was answered or its key is 20 hours old.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `create table payout_reversal_log (
    entry bigint generated always as identity primary key,
    payout_id text not null references payout_lines,
    attempt integer not null check (attempt >= 1),
    state text not null check (state in ('intent', 'key_spent', 'made')),
    sentence text check (sentence <> ''), request text, request_hash text, reason text, reversal_id_stripe text,
    changed_by text not null, run_id text not null, logged_at timestamptz not null default store_clock(),
    check ((state = 'intent') = (sentence is not null and request is not null and request_hash is not null)),
    check ((state = 'key_spent') = (reason is not null)),
    check ((state = 'made') = (reversal_id_stripe is not null)))`,
  `create index payout_reversal_log_of_payout on payout_reversal_log (payout_id, entry)`,
  `create function assert_payout_reversal() returns trigger language plpgsql as $$
  declare
    ended text;
    last_step payout_reversal_log;
    is_possible boolean;
  begin
    -- One after another, also with the steps of the payout itself.
    perform from payout_lines where payout_id = new.payout_id for update;
    perform from job_runs where run_id = new.run_id and state = 'running' and lease_expires_at > store_clock() for share;
    if not found then
      raise exception 'The run % has lost its lease.', new.run_id using errcode = 'TP001';
    end if;
    select state into ended from payout_log
      where payout_id = new.payout_id and state in ('sent', 'failed', 'cancelled', 'confirmed', 'reversed') order by entry desc limit 1;
    select * into last_step from payout_reversal_log where payout_id = new.payout_id order by entry desc limit 1;
    is_possible := ended in ('sent', 'confirmed') and case new.state
      when 'intent' then new.attempt = coalesce(last_step.attempt, 0) + 1
        and (last_step.state is distinct from 'intent' or last_step.logged_at <= store_clock() - interval '20 hours')
      else last_step.state = 'intent' and new.attempt = last_step.attempt
    end;
    if not coalesce(is_possible, false) then
      raise exception 'The reversal of the payout % cannot be % now.', new.payout_id, new.state using errcode = 'TP002';
    end if;
    new.logged_at := store_clock();
    return new;
  end $$`,
  `create trigger payout_reversal_step before insert on payout_reversal_log for each row execute function assert_payout_reversal()`,
  `create trigger payout_reversal_log_append_only before update or delete on payout_reversal_log
    for each row execute function refuse_payout_log_change()`,
];
