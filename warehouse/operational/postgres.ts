import { PostgresDialect } from 'kysely';
import pg from 'pg';
import { messageOf, Unavailable } from '../errors.ts';
import { openPostgresPool } from './postgres-pool.ts';
import { parsers } from './values.ts';

/** Why a connection cannot be made, by the SQLSTATE of PostgreSQL or the code of the system. */
const CAUSES: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there; start PostgreSQL, or correct OPERATIONAL_URL',
  ENOTFOUND: 'there is no host of that name; correct OPERATIONAL_URL',
  EAI_AGAIN: 'the name of the host cannot be looked up just now; try again, or correct OPERATIONAL_URL',
  ETIMEDOUT: 'it does not answer; start PostgreSQL, or correct OPERATIONAL_URL',
  NO_PASSWORD: 'it requires a password, and OPERATIONAL_URL has none; set it there',
  '28P01': 'it refuses the user or the password; correct them in OPERATIONAL_URL',
  '28000': 'it refuses the user; correct OPERATIONAL_URL, or let the user in (pg_hba.conf)',
  '3D000': 'it has no database of that name; create it, or correct OPERATIONAL_URL',
  '57P03': 'it is starting up or shutting down; try again',
  '53300': 'it has no connection left; end some, or raise max_connections',
  '53100': 'its disk is full; free space on it and try again',
};

/** A PostgreSQL server. Throws `Unavailable` where no connection can be made; the message never contains the password. */
export async function openPostgres(url: string): Promise<PostgresDialect> {
  const types = { getTypeParser: (oid: number) => parsers[oid] ?? pg.types.getTypeParser(oid) };
  const pool = openPostgresPool({ connectionString: url, types: types as pg.CustomTypesConfig });
  try {
    (await pool.connect()).release();
  } catch (error) {
    await pool.end();
    // The pool wraps the error of the driver, whose code names the cause.
    throw toConnectError((error instanceof Unavailable && error.cause) || error, url);
  }
  return new PostgresDialect({ pool });
}

function toConnectError(error: unknown, url: string): Unavailable {
  const code = /client password must be a string/.test(messageOf(error)) ? 'NO_PASSWORD' : codeOf(error);
  const cause =
    (code !== undefined && CAUSES[code]) || `${messageOf(error)}; correct OPERATIONAL_URL, or mend the server`;
  return new Unavailable(`PostgreSQL at ${placeOf(url)} cannot be used as the control store: ${cause}.`);
}

/** Where a name has several addresses, each was tried and the first failure says enough. */
function codeOf(error: unknown): string | undefined {
  const first = error instanceof AggregateError ? error.errors[0] : error;
  return (first as { code?: string } | undefined)?.code;
}

/** Host, port and database, without who signs in. */
function placeOf(url: string): string {
  if (!URL.canParse(url)) return 'OPERATIONAL_URL';
  const { host, pathname } = new URL(url);
  return `${host || 'the local socket'}${pathname}`;
}
