import { warnSkipped } from './skipped-tests.ts';

const url = process.env.TEST_OPERATIONAL_URL;

/** The address of a PostgreSQL server on which tests can create databases of their own; undefined if none is given. */
export const postgresServer = url?.startsWith('postgres') ? url : undefined;

if (postgresServer === undefined)
  warnSkipped(
    'nothing is tested on PostgreSQL: TEST_OPERATIONAL_URL names none; .ci/with-postgresql starts one for a command.',
  );
