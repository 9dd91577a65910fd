import type { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connect, createInstance } from '../../../warehouse/duckdb/connect.ts';
import { ConnectionPool } from '../../../warehouse/duckdb/connection-pool.ts';

let instance: DuckDBInstance;
let pool: ConnectionPool;
beforeAll(async () => {
  instance = await createInstance(':memory:');
  pool = new ConnectionPool(() => connect(instance));
});
afterAll(async () => {
  await pool.close();
  instance.closeSync();
});

const answer = () =>
  pool.run(async (connection) => (await connection.runAndReadAll('select 42 as answer')).getRowObjectsJS()[0]?.answer);

/** A query that goes on until it is told to end. */
function slow(): { end: () => void; ended: Promise<unknown> } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { end: resolve, ended: pool.run(() => promise) };
}

test('a query is answered while another runs, and waits only for the first of two to end', async () => {
  const first = slow();
  expect(await answer()).toBe(42);
  const second = slow();
  let isAnswered = false;
  const waiting = answer().then((given) => {
    isAnswered = true;
    return given;
  });
  await new Promise((resolve) => setImmediate(resolve));
  expect(isAnswered).toBe(false);
  second.end();
  expect(await waiting).toBe(42);
  first.end();
  await first.ended;
});

test('a connection is free again after a query that failed', async () => {
  for (let nth = 0; nth < 5; nth++)
    await expect(pool.run((connection) => connection.run('select nothing'))).rejects.toThrow('nothing');
  expect(await answer()).toBe(42);
});

test('closing interrupts what runs, refuses what waits or comes later, and only then closes the connections', async () => {
  const closing = new ConnectionPool(() => connect(instance));
  const endless = 'select count(*) from range(1000000000) as a, range(1000000000) as b';
  const outcome = (sql: string) =>
    closing
      .run((connection) => connection.run(sql))
      .then(
        () => 'answered',
        ({ message }: Error) => message,
      );
  await Promise.all([1, 2].map(() => outcome('select 1')));
  const running = [1, 2].map(() => outcome(endless));
  const waiting = outcome('select 1');
  await pool.run((connection) => connection.run('select 1'));
  await closing.close();
  expect(await Promise.all(running)).toEqual(Array(2).fill(expect.stringContaining('Interrupted')));
  expect(await Promise.all([waiting, outcome('select 1')])).toEqual(
    Array(2).fill('The warehouse was closed before the query began; try again later.'),
  );
});

test('those that wait fail with those whose connection could not be opened', async () => {
  const failing = new ConnectionPool(() => Promise.reject(new Error('no memory')));
  const all = await Promise.allSettled([1, 2, 3, 4, 5].map(() => failing.run(async () => 'ran')));
  expect(all.map(({ status }) => status)).toEqual(Array(5).fill('rejected'));
});
