import { type Kysely, sql } from 'kysely';

/**
 * The life of a payout: a log that only grows, and in which no step is possible that does not follow from those before it. Leases of runs are
 * judged by this database's clock, and a step of a run without a valid lease is refused. A period may have several batches.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `create function store_clock() returns timestamptz language sql volatile as 'select clock_timestamp()'`,
  // A person without the id of the key that was used: 'Ada (key_1)' and ' ada' are the same one.
  `create function person_named(name text) returns text language sql immutable
    as $$ select btrim(regexp_replace(lower(btrim(name)), '\\(key_[^)]*\\)$', '')) $$`,
  `alter table payout_batches
    add column sequence integer not null default 1 check (sequence >= 1),
    add column ledger_seal text,
    add column approval_hash text,
    drop constraint payout_batches_period_key,
    drop constraint payout_batches_state_check,
    drop constraint payout_batches_check,
    add unique (period, sequence),
    add check (state in ('planned', 'approved', 'sent', 'cancelled')),
    add check (approved_by is null or person_named(approved_by) <> person_named(planned_by)),
    add constraint payout_batches_approved check ((state = 'approved') <= (approval_hash is not null and ledger_seal is not null)) not valid`,
  // What was approved before is approved again, with its hash, unless it was begun.
  `update payout_batches as batch set state = 'planned', approved_by = null, approved_at = null
    where state = 'approved' and not exists (
      select from payout_log as log join payout_lines as line on line.payout_id = log.payout_id where line.batch_id = batch.batch_id)`,
  `create table payout_approvals (
    entry bigint generated always as identity primary key, batch_id text not null references payout_batches,
    approval_hash text not null, approved_by text not null, approved_at timestamptz not null)`,
  `create unique index payout_approvals_once on payout_approvals (batch_id, approval_hash, person_named(approved_by))`,
  `drop index payout_log_once`,
  `drop index payout_log_sent_once`,
  `alter table payout_log
    add column changed_by text not null default '',
    add column run_id text,
    add column line_hash text,
    add column detail text,
    drop constraint payout_log_state_check,
    alter column attempt drop not null,
    add check (state in ('approved', 'held', 'released', 'cancelled', 'intent', 'key_spent', 'sent', 'failed', 'confirmed', 'reversed')),
    add check ((state in ('intent', 'key_spent', 'sent', 'failed')) = (attempt is not null)),
    add constraint payout_log_of_run check ((state in ('intent', 'key_spent', 'sent', 'failed')) <= (run_id is not null)) not valid,
    add check ((state = 'approved') = (line_hash is not null)),
    add check ((state in ('held', 'cancelled')) <= (reason is not null)),
    add check ((state in ('sent', 'confirmed', 'reversed')) = (transfer_id_stripe is not null))`,
  `alter table payout_log alter column changed_by drop default`,
  `create index payout_log_of_payout on payout_log (payout_id, entry)`,
  `create function assert_payout_step() returns trigger language plpgsql as $$
  declare
    ended text;
    last_attempt payout_log;
    last_hold text;
    is_approved boolean;
    is_possible boolean;
  begin
    -- The steps of a payout are taken one after another.
    perform from payout_lines where payout_id = new.payout_id for update;
    if new.run_id is not null then
      perform from job_runs where run_id = new.run_id and state = 'running' and lease_expires_at > store_clock() for share;
      if not found then
        raise exception 'The run % has lost its lease.', new.run_id using errcode = 'TP001';
      end if;
    end if;
    select state into ended from payout_log
      where payout_id = new.payout_id and state in ('sent', 'failed', 'cancelled', 'confirmed', 'reversed') order by entry desc limit 1;
    select * into last_attempt from payout_log
      where payout_id = new.payout_id and state in ('intent', 'key_spent') order by entry desc limit 1;
    select state into last_hold from payout_log
      where payout_id = new.payout_id and state in ('held', 'released') order by entry desc limit 1;
    is_approved := exists (select from payout_log where payout_id = new.payout_id and state = 'approved');
    if ended is not null then
      is_possible := (new.state = 'confirmed' and ended = 'sent') or (new.state = 'reversed' and ended in ('sent', 'confirmed'));
    else
      is_possible := case new.state
        when 'approved' then not is_approved
        when 'held' then true
        when 'released' then last_hold is not distinct from 'held'
        -- Once it was requested, only a run that has looked for the transfer knows that there is none.
        when 'cancelled' then last_attempt.state is null or (last_attempt.state = 'key_spent' and new.run_id is not null)
        -- A key whose request was never carried out is used again; only a spent one is followed by the next.
        when 'intent' then is_approved and last_hold is distinct from 'held' and new.attempt = case last_attempt.state
          when 'intent' then last_attempt.attempt
          when 'key_spent' then last_attempt.attempt + 1
          else 1
        end
        when 'key_spent' then last_attempt.state = 'intent' and new.attempt = last_attempt.attempt
        when 'sent' then is_approved
        when 'failed' then last_attempt.state = 'key_spent' and new.attempt = last_attempt.attempt
        else false
      end;
    end if;
    if not coalesce(is_possible, false) then
      raise exception 'The payout % cannot be % now.', new.payout_id, new.state using errcode = 'TP002';
    end if;
    return new;
  end $$`,
  `create trigger payout_step before insert on payout_log for each row execute function assert_payout_step()`,
  `create function refuse_payout_log_change() returns trigger language plpgsql as $$
  begin
    raise exception 'The log and the approvals of payouts are only added to.' using errcode = 'TP003';
  end $$`,
  `create trigger payout_log_append_only before update or delete on payout_log for each row execute function refuse_payout_log_change()`,
  `create trigger payout_approvals_append_only before update or delete on payout_approvals for each row execute function refuse_payout_log_change()`,
];
