import { type Kysely, sql } from 'kysely';

/**
 * The hashes of audited rows depend on a random secret of this store, which no export of the log has: a row with few possible values, such as a country or a
 * VAT id, cannot be found by trying them all. The hashes from before become such too, so the hash after a change is still the one before the next.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `create table audit_secret (
    is_only boolean primary key default true check (is_only), secret bytea not null check (length(secret) = 32))`,
  // Each UUID has 122 random bits of a generator that is made for keys.
  `insert into audit_secret (secret) values (sha256(convert_to(gen_random_uuid()::text || gen_random_uuid()::text, 'UTF8')))`,
  `create trigger audit_secret_only_added before update or delete on audit_secret
    for each row execute function refuse_change_of_audit_log()`,
  `create trigger audit_secret_not_emptied before truncate on audit_secret
    for each statement execute function refuse_change_of_audit_log()`,
  // SHA-256 is a keyed hash like this because both parts have a fixed length.
  `create function audit_keyed(hash bytea) returns text language sql stable as
    $$ select encode(sha256(secret || hash), 'hex') from audit_secret $$`,
  `create or replace function audit_hash(of jsonb) returns text language sql stable as
    $$ select audit_keyed(sha256(convert_to(jsonb_strip_nulls(of)::text, 'UTF8'))) $$`,
  `alter table audit_changes disable trigger audit_changes_only_added`,
  `update audit_changes set before_hash = audit_keyed(decode(before_hash, 'hex')), after_hash = audit_keyed(decode(after_hash, 'hex'))`,
  `alter table audit_changes enable trigger audit_changes_only_added`,
];
