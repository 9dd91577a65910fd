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
afterAll(() => {
  pool.close();
  instance.closeSync();
});

const answer = () =>
  pool.run(async (connection) => (await connection.runAndReadAll('select 42 as answer')).getRowObjectsJS()[0]?.answer);

/** A query that goes on until it is told to end. */
function slow(): { end: () => void; ended: Promise<unknown> } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { end: resolve, ended: pool.run(() => promise) };
}

test('a query is answered while two others run, and waits only for the first of three to end', async () => {
  const running = [slow(), slow()];
  expect(await answer()).toBe(42);
  const third = slow();
  let isAnswered = false;
  const waiting = answer().then((given) => {
    isAnswered = true;
    return given;
  });
  await new Promise((resolve) => setImmediate(resolve));
  expect(isAnswered).toBe(false);
  third.end();
  expect(await waiting).toBe(42);
  for (const { end, ended } of running) {
    end();
    await ended;
  }
});

test('a connection is free again after a query that failed', async () => {
  for (let nth = 0; nth < 5; nth++)
    await expect(pool.run((connection) => connection.run('select nothing'))).rejects.toThrow('nothing');
  expect(await answer()).toBe(42);
});
