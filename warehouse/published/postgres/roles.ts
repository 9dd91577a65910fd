import type pg from 'pg';
import { messageOf } from '../../errors.ts';
import { BI_ROLES, type BiRole } from '../published-table.ts';
import { FINANCE_SCHEMA, identifier, roleName, SHARED_SCHEMA } from './schemas.ts';

/** How many connections a role may have: a BI tool's pool and some people. */
const CONNECTIONS = 40;

const SEARCH_PATHS: Readonly<Record<BiRole, string>> = {
  analyst: SHARED_SCHEMA,
  finance: `${FINANCE_SCHEMA}, ${SHARED_SCHEMA}`,
};

/**
 * Creates the roles that are missing, without a password, and sets their limits and what nobody may do in this database. Returns a sentence
 * for each right that the publisher lacks for it. What a role may set itself, such as a time limit, is no limit: see `cancelLongQueries`.
 */
export async function prepareRoles(client: pg.Client, { queryTimeMs }: { queryTimeMs: number }): Promise<string[]> {
  const database = identifier(client.database ?? '');
  const lacking: string[] = [];
  const attempt = async (what: string, ...statements: readonly string[]): Promise<void> => {
    await client.query('savepoint attempt');
    try {
      for (const statement of statements) await client.query(statement);
      await client.query('release savepoint attempt');
    } catch (error) {
      await client.query('rollback to savepoint attempt');
      lacking.push(`${what}: ${messageOf(error)}.`);
    }
  };
  for (const role of BI_ROLES) {
    const name = roleName(role);
    const { rows } = await client.query('select 1 from pg_roles where rolname = $1', [name]);
    if (rows.length === 0) await client.query(`create role ${name} login`);
    await attempt(
      `The settings of the role ${name} could not be set`,
      `alter role ${name} connection limit ${CONNECTIONS}`,
      `alter role ${name} in database ${database} set search_path = ${SEARCH_PATHS[role]}`,
      `alter role ${name} in database ${database} set timezone = 'UTC'`,
      `alter role ${name} in database ${database} set default_transaction_read_only = on`,
      `alter role ${name} in database ${database} set statement_timeout = ${queryTimeMs}`,
    );
    await attempt(`Queries of ${name} cannot be cancelled`, `grant ${name} to current_user`);
  }
  await attempt(
    'Rights of everybody could not be revoked',
    `revoke temporary, create on database ${database} from public`,
    'revoke create on schema public from public',
    FORBID_LARGE_OBJECTS,
  );
  // Who may not revoke gets a warning from the server, no error.
  const { rows } = await client.query<Record<string, boolean>>(RIGHTS_OF_EVERYBODY);
  if (rows[0]?.creates) {
    lacking.push(
      `Everybody may create temporary tables or schemas; as the owner of the database, run: revoke temporary, create on database ${database} from public.`,
    );
  }
  if (rows[0]?.writes) {
    lacking.push('Everybody may write large objects; publish once as a superuser, which forbids them.');
  }
  return lacking;
}

const LARGE_OBJECT_ROUTINES = `select oid from pg_proc
    where pronamespace = 'pg_catalog'::regnamespace and (proname like 'lo\\_%' or proname in ('loread', 'lowrite'))
      and has_function_privilege('public', oid, 'execute')`;

/** They can be written by everybody, also in a transaction that was read-only. */
const FORBID_LARGE_OBJECTS = `do $$
declare routine oid;
begin
  for routine in ${LARGE_OBJECT_ROUTINES}
  loop
    execute format('revoke execute on function %s from public', routine::regprocedure);
  end loop;
end
$$`;

const RIGHTS_OF_EVERYBODY = `select
  has_database_privilege('public', current_database(), 'temporary')
    or has_database_privilege('public', current_database(), 'create')
    or has_schema_privilege('public', 'public', 'create') as creates,
  exists (${LARGE_OBJECT_ROUTINES}) as writes`;
