import { type Kysely, sql } from 'kysely';

/**
 * What acts have changed: for each row of a table that people decide about, its hash before and after, whoever changes it, also at the database. Rows are
 * only added. The request is named by the last line of the statement, `-- act {request id}`.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

interface Audited {
  readonly table: string;
  /** The columns that name a row. */
  readonly key: readonly string[];
  /** The columns that do not count, since they change with each use, such as of a key. */
  readonly without?: readonly string[];
  /** Of what is only added: which rows. */
  readonly when?: string;
}

/** What a single sign-on writes anew each time. */
const TOKENS = ['access_token', 'access_token_expires_at', 'refresh_token', 'refresh_token_expires_at', 'id_token'];

const ROLES_AND_ACCESS: readonly Audited[] = [
  { table: 'people', key: ['id'], without: ['locale', 'updated_at'] },
  { table: 'person_roles', key: ['entry'] },
  { table: 'second_factors', key: ['person_id'], without: ['last_step', 'failure_count', 'locked_until'] },
  { table: 'passkeys', key: ['passkey_id'], without: ['counter', 'last_used_at'] },
  { table: 'linked_accounts', key: ['id'], without: [...TOKENS, 'updated_at'] },
  { table: 'notice_choices', key: ['person_id', 'kind'] },
  { table: 'api_keys', key: ['api_key_id'], without: ['last_used_at'] },
  { table: 'apps', key: ['app_id'] },
  { table: 'app_consents', key: ['id'] },
];

const DECISIONS: readonly Audited[] = [
  ...['exception_acknowledgements', 'exception_owners', 'break_acknowledgements', 'comparison_overrides'].map(byEntry),
  ...['payout_approvals', 'payout_reversal_log', 'instant_payout_choices', 'tax_withholding_notices'].map(byEntry),
  ...['tax_erasures', 'tax_openings', 'self_billing_agreements', 'invoice_answers'].map(byEntry),
  { table: 'payout_log', key: ['entry'], when: `new.state in ('held', 'released', 'cancelled')` },
  { table: 'corrections', key: ['correction_id'] },
  { table: 'payout_batches', key: ['batch_id'] },
  { table: 'payout_file_resolutions', key: ['file_id'] },
  { table: 'bank_accounts', key: ['bank_account_id'] },
  { table: 'bank_account_stops', key: ['bank_account_id'] },
  { table: 'payout_account_requests', key: ['creator_id', 'sequence'] },
  { table: 'payout_accounts', key: ['account_id_stripe'] },
  { table: 'tax_profiles', key: ['creator_id', 'form', 'version'] },
  { table: 'tax_year_openings', key: ['opening_id'] },
  { table: 'billing_profiles', key: ['party_kind', 'party_id', 'version'] },
  { table: 'invoice_cancellations', key: ['invoice_id'] },
  { table: 'record_holds', key: ['hold_id'] },
];

function byEntry(table: string): Audited {
  return { table, key: ['entry'] };
}

const STATEMENTS = [
  `create table audit_changes (
    entry bigint generated always as identity primary key,
    changed_at timestamptz not null default store_clock(), table_name text not null, row_key text not null,
    before_hash text check (before_hash ~ '^[0-9a-f]{64}$'), after_hash text check (after_hash ~ '^[0-9a-f]{64}$'),
    request_id text, check (before_hash is not null or after_hash is not null))`,
  `create index audit_changes_of_request on audit_changes (request_id, entry)`,
  `create index audit_changes_of_row on audit_changes (table_name, row_key, entry)`,
  `create index audit_changes_without_request on audit_changes (entry) where request_id is null`,
  `create trigger audit_changes_only_added before update or delete on audit_changes
    for each row execute function refuse_change_of_audit_log()`,
  `create trigger audit_changes_not_emptied before truncate on audit_changes
    for each statement execute function refuse_change_of_audit_log()`,
  // Without nulls: a column that a later version adds leaves the hashes of the rows from before.
  `create function audit_hash(of jsonb) returns text language sql immutable as
    $$ select encode(sha256(convert_to(jsonb_strip_nulls(of)::text, 'UTF8')), 'hex') $$`,
  // The arguments: the columns of the key, and those that do not count. Whoever changes the row, instants in the JSON are in UTC. The request is looked for as
  // a plain text, since a pattern takes ten times as long for the long statement of many rows, and does so for each row.
  `create function record_audited_change() returns trigger language plpgsql set timezone = 'UTC' as $$
  declare
    uncounted text[] := string_to_array(tg_argv[1], ' ');
    old_row jsonb := case when tg_op <> 'INSERT' then to_jsonb(old) - uncounted end;
    new_row jsonb := case when tg_op <> 'DELETE' then to_jsonb(new) - uncounted end;
  begin
    if old_row is not distinct from new_row then return null; end if;
    insert into audit_changes (table_name, row_key, before_hash, after_hash, request_id)
    select tg_table_name, string_agg(coalesce(new_row, old_row)->>name, ' ' order by place),
      audit_hash(old_row), audit_hash(new_row), substring(split_part(current_query(), E'\\n-- act ', 2) from '^[0-9A-Za-z_-]+$')
    from unnest(string_to_array(tg_argv[0], ' ')) with ordinality as names (name, place);
    return null;
  end $$`,
  ...[...ROLES_AND_ACCESS, ...DECISIONS].map(triggerOn),
];

function triggerOn({ table, key, without = [], when }: Audited): string {
  const events = when === undefined ? 'insert or update or delete' : 'insert';
  return `create trigger ${table}_audited after ${events} on ${table}
    for each row ${when === undefined ? '' : `when (${when})`}
    execute function record_audited_change('${key.join(' ')}', '${without.join(' ')}')`;
}
