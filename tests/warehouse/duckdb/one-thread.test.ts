import { expect, test } from 'vitest';
import { connect, createInstance } from '../../../warehouse/duckdb/connect.ts';
import { OneThread } from '../../../warehouse/duckdb/one-thread.ts';
import { rowsOf } from '../../../warehouse/duckdb/results.ts';

test('work on small tables has one thread, and leaves as many as there were, also if it fails', async () => {
  const instance = await createInstance(':memory:');
  const connection = await connect(instance);
  await connection.run('set threads = 3');
  const threads = async () =>
    (await rowsOf(connection, `select current_setting('threads') as threads`, []))[0]?.threads;
  const oneThread = new OneThread(3);
  const during = () => oneThread.ifSmall(connection, threads);
  await connection.run('create table uses as select 1 as units from range(1000)');
  expect([await during(), await threads()]).toEqual([1n, 3n]);
  const work = () => Promise.reject(new Error('It failed.'));
  await expect(oneThread.ifSmall(connection, work)).rejects.toThrow('It failed.');
  expect(await threads()).toBe(3n);
  const within = async () => [await during(), await threads()];
  expect(await oneThread.during(connection, within), 'another one asks for one too').toEqual([1n, 1n]);
  expect(await threads()).toBe(3n);
  await connection.run('insert into uses select 1 from range(130000)');
  expect(await during()).toBe(3n);
  connection.closeSync();
  instance.closeSync();
});
