import { type Kysely, sql } from 'kysely';

/**
 * What creators declare for tax, in versions: facts in plain text, everything else sealed under a key of the creator. Rows are only added, but
 * for the keys: they are wrapped anew in a rotation, and deleted to erase what they seal.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const APPEND_ONLY = [
  'tax_profiles',
  'tax_profile_values',
  'tax_openings',
  'tax_withholding_notices',
  'tax_erasures',
] as const;

const DAY = `~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$'`;

const STATEMENTS = [
  `create table tax_profiles (
    entry bigint generated always as identity unique,
    creator_id text not null,
    form text not null check (form in ('w9', 'w8ben', 'w8bene', 'dac7_person', 'dac7_entity', 'vat')),
    regime text not null check (regime in ('us', 'dac7', 'vat')),
    version integer not null check (version > 0), supersedes text,
    signed_on text check (signed_on ${DAY}), valid_until_on text check (valid_until_on ${DAY}),
    facts jsonb not null, data_key_id text not null,
    recorded_at timestamptz not null, recorded_by text not null check (recorded_by <> ''),
    primary key (creator_id, form, version))`,
  `create index tax_profiles_in_force on tax_profiles (creator_id, regime, entry)`,
  `create table tax_profile_values (
    creator_id text not null, form text not null, version integer not null, field text not null,
    data_key_id text not null, nonce text not null, ciphertext text not null, tag text not null,
    primary key (creator_id, form, version, field),
    foreign key (creator_id, form, version) references tax_profiles)`,
  `create table tax_data_keys (
    data_key_id text primary key, creator_id text not null, wrapped_key text not null, master_key_id text not null,
    created_at timestamptz not null, retired_at timestamptz)`,
  `create unique index tax_data_keys_in_use on tax_data_keys (creator_id) where retired_at is null`,
  `create table tax_openings (
    entry bigint generated always as identity primary key,
    creator_id text not null, form text, version integer, fields text not null check (fields <> ''),
    purpose text not null check (purpose in ('shown', 'exported', 'rotated')), because text,
    opened_by text not null check (opened_by <> ''), opened_at timestamptz not null)`,
  `create index tax_openings_of_creator on tax_openings (creator_id, entry)`,
  `create table tax_withholding_notices (
    entry bigint generated always as identity primary key,
    creator_id text not null, is_on boolean not null, because text not null check (because <> ''),
    changed_by text not null, changed_at timestamptz not null)`,
  `create index tax_withholding_notices_of_creator on tax_withholding_notices (creator_id, entry)`,
  `create table tax_erasures (
    entry bigint generated always as identity primary key,
    creator_id text not null, step text not null check (step in ('requested', 'erased')), because text not null check (because <> ''),
    kept_until_on text check (kept_until_on ${DAY}), done_by text not null, done_at timestamptz not null)`,
  `create index tax_erasures_of_creator on tax_erasures (creator_id, entry)`,
  `create function refuse_change_of_tax_profiles() returns trigger language plpgsql as
    $$ begin raise exception 'Rows of % are only added.', tg_table_name; end $$`,
  ...APPEND_ONLY.map(
    (table) => `create trigger ${table}_only_added before update or delete on ${table}
    for each row execute function refuse_change_of_tax_profiles()`,
  ),
];
