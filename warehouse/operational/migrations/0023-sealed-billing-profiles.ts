import { type Kysely, sql } from 'kysely';

/**
 * Billing profiles are sealed as bank accounts are, under a key of their own; only country, language and whether there is a VAT id stay readable. Those
 * of before stand unsealed until `rotate-tax-keys` has run: a migration has no master key. An erasure deletes the key and what it sealed.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `drop trigger billing_profiles_only_added on billing_profiles`,
  `alter table billing_profiles
    add column profile_id text unique generated always as (party_kind || '/' || party_id || '/' || version::text) stored,
    add column country text not null default '', add column has_vat_id boolean not null default false,
    add column language text not null default 'en',
    add column wrapped_key text not null default '', add column master_key_id text not null default 'unsealed',
    add column nonce text not null default '', add column ciphertext text not null default '', add column tag text not null default ''`,
  `update billing_profiles set master_key_id = 'erased' where business = 'null'`,
  `update billing_profiles set country = business->'address'->>'country', has_vat_id = business->>'vat_id' is not null,
    language = coalesce(business->>'language', 'en') where business <> 'null'`,
  `alter table billing_profiles add check ((master_key_id = 'unsealed') = (business <> 'null'))`,
  // Sealed once, then its key is wrapped anew, or deleted. A generated column is null before an update.
  `create or replace function refuse_change_of_billing_profiles() returns trigger language plpgsql as $$
  declare
    changed text[] := array['wrapped_key', 'master_key_id', 'profile_id'];
  begin
    if tg_op = 'UPDATE' and old.master_key_id <> 'erased' and new.master_key_id <> 'unsealed' then
      if old.master_key_id = 'unsealed' or (new.master_key_id = 'erased' and new.wrapped_key = '' and new.ciphertext = '') then
        changed := changed || array['business', 'nonce', 'ciphertext', 'tag'];
      end if;
      if to_jsonb(old) - changed = to_jsonb(new) - changed then return new; end if;
    end if;
    raise exception 'Rows of % are only added.', tg_table_name;
  end $$`,
  `create trigger billing_profiles_only_added before update or delete on billing_profiles
    for each row execute function refuse_change_of_billing_profiles()`,
];
