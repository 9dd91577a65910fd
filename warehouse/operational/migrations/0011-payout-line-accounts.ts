import { type Kysely, sql } from 'kysely';

/** What Stripe said of the account of a payout when it was planned, which is approved with it. It goes with its line, and never changes. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `create table payout_line_accounts (
    payout_id text primary key, country text, default_currency text, read_at timestamptz not null)`,
  `create function refuse_line_account_change() returns trigger language plpgsql as $$
  begin
    if tg_op = 'DELETE' and not exists (select from payout_lines where payout_id = old.payout_id) then
      return old;
    end if;
    raise exception 'What was approved of the account of a payout is not changed.' using errcode = 'TP003';
  end $$`,
  `create trigger payout_line_accounts_append_only before update or delete on payout_line_accounts
    for each row execute function refuse_line_account_change()`,
  `create function delete_line_account() returns trigger language plpgsql as $$
  begin
    delete from payout_line_accounts where payout_id = old.payout_id;
    return null;
  end $$`,
  `create trigger payout_lines_account after delete on payout_lines for each row execute function delete_line_account()`,
];
