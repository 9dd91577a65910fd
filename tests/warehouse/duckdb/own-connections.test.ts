import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connect, createInstance } from '../../../warehouse/duckdb/connect.ts';
import { openDuckDb } from '../../../warehouse/duckdb/duckdb.ts';
import { OwnConnections } from '../../../warehouse/duckdb/own-connections.ts';
import { Unavailable } from '../../../warehouse/errors.ts';

let instance: DuckDBInstance;
beforeAll(async () => {
  instance = await createInstance(':memory:');
});
afterAll(() => instance.closeSync());

const ENDLESS = 'select count(*) from range(1000000000) as a, range(1000000000) as b';

async function* answersOf(connection: DuckDBConnection, statements: readonly string[]) {
  for (const sql of statements) yield (await (await connection.run(sql)).getRows())[0]?.[0];
}

test('closing interrupts what runs and what is being read, and refuses what comes later', async () => {
  const own = new OwnConnections(() => connect(instance));
  const begun = Promise.withResolvers<void>();
  const running = own.run(async (connection) => {
    const query = connection.run(ENDLESS);
    begun.resolve();
    await query;
  });
  const items = own.stream((connection) => answersOf(connection, ['select 42', ENDLESS]));
  expect(await items.next()).toEqual({ done: false, value: 42 });
  const [query, next] = [running, items.next()].map((each) => each.then(() => 'ended', String));
  await begun.promise;
  await own.close();
  expect(await query).toContain('Interrupted');
  expect(await next).toContain('Interrupted');
  await expect(own.run(async () => 'ran')).rejects.toThrow(Unavailable);
});

test('closing also interrupts a statement that starts after it has begun', async () => {
  const own = new OwnConnections(() => connect(instance));
  const [opened, later] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const running = own.run(async (connection) => {
    opened.resolve();
    await later.promise;
    await connection.run(ENDLESS);
  });
  const ended = running.then(() => 'ended', String);
  await opened.promise;
  const closing = own.close();
  later.resolve();
  await closing;
  expect(await ended).toContain('Interrupted');
});

test('a warehouse is closed in the middle of a stream and of a bulk read, which then end with an error', async () => {
  const warehouse = await openDuckDb({ path: ':memory:' });
  const sql = 'select * from range(1000000) as numbers (n)';
  const columns = [{ name: 'n', type: 'int64', optional: true }] as const;
  const reads: AsyncIterable<unknown>[] = [
    warehouse.stream(sql),
    ...(warehouse.bulk ? [warehouse.bulk.columns({ sql, parameters: [], columns })] : []),
  ];
  const begun = reads.map((each) => each[Symbol.asyncIterator]());
  for (const each of begun) expect(await each.next()).toMatchObject({ done: false });
  await warehouse.close();
  for (const each of begun) await expect(each.next()).rejects.toThrow(/^The warehouse was closed/);
});
