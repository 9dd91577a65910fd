import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PreparedPGlite } from '../../../warehouse/operational/prepared-pglite.ts';
import { temporaryFolder } from '../folder.ts';
import { copyFreshStore, freshStore } from './fresh-store.ts';

let store: Awaited<ReturnType<typeof freshStore>>;
beforeAll(async () => {
  store = await freshStore();
  await sql`create table prepared_things (id bigint primary key, name text)`.execute(store.operational);
});
afterAll(async () => {
  await sql`drop table prepared_things`.execute(store.operational);
  await store[Symbol.asyncDispose]();
});

const all = () => sql`select * from prepared_things order by id`.execute(store.operational);
const insert = (id: bigint, name: string | null) =>
  sql`insert into prepared_things (id, name) values (${id}, ${name})`.execute(store.operational);
const prepared = async (text = '%'): Promise<bigint | undefined> => {
  const { rows } = await sql<{ statements: bigint }>`
    select count(*) as statements from pg_prepared_statements where statement like ${text}`.execute(store.operational);
  return rows[0]?.statements;
};

test('a statement is parsed once, and each time runs with its own values', async () => {
  expect((await insert(1n, 'one')).numAffectedRows).toBe(1n);
  expect((await insert(2n, null)).numAffectedRows).toBe(1n);
  expect((await all()).rows).toEqual([
    { id: 1n, name: 'one' },
    { id: 2n, name: null },
  ]);
  expect(await prepared('insert into prepared_things%')).toBe(1n);
});

test('a parsed statement sees a table as it has become', async () => {
  await all();
  await sql`alter table prepared_things add column note text not null default 'new'`.execute(store.operational);
  expect((await all()).rows[0]).toEqual({ id: 1n, name: 'one', note: 'new' });
});

test('a parsed statement sees a table as it was again, after a transaction or a part of it that changed it is taken back', async () => {
  const counted = (transaction = store.operational) =>
    sql`select prepared_things.*, 1 as counted from prepared_things order by id`.execute(transaction);
  const before = (await counted()).rows;
  const refused = store.operational.transaction().execute(async (transaction) => {
    await sql`savepoint before_other`.execute(transaction);
    await sql`alter table prepared_things add column other text`.execute(transaction);
    expect((await counted(transaction)).rows[0]).toHaveProperty('other');
    await sql`rollback to savepoint before_other`.execute(transaction);
    expect((await counted(transaction)).rows).toEqual(before);
    await sql`alter table prepared_things drop column name`.execute(transaction);
    expect((await counted(transaction)).rows[0]).not.toHaveProperty('name');
    throw new Error('Taken back.');
  });
  await expect(refused).rejects.toThrow('Taken back.');
  expect((await counted()).rows).toEqual(before);
});

test('a statement that is refused leaves the next as they are, also those after its transaction', async () => {
  await expect(insert(1n, 'again')).rejects.toThrow('duplicate key');
  await expect(sql`select * from no_such_table`.execute(store.operational)).rejects.toThrow('does not exist');
  const refused = store.operational.transaction().execute(async (transaction) => {
    await sql`insert into prepared_things (id, name) values (${3n}, ${'three'})`.execute(transaction);
    await sql`insert into prepared_things (id, name) values (${1n}, ${'again'})`.execute(transaction);
  });
  await expect(refused).rejects.toThrow('duplicate key');
  expect((await all()).rows).toHaveLength(2);
});

test('PostgreSQL holds no more parsed statements than the most that are kept', async () => {
  for (let at = 0; at < 400; at++) await sql.raw(`select ${at} as at`).execute(store.operational);
  expect(await prepared()).toBeLessThanOrEqual(301n);
  expect((await sql.raw('select 0 as at').execute(store.operational)).rows).toEqual([{ at: 0 }]);
});

test('a statement is parsed again after a thousand runs, for the table as it has grown', async () => {
  const name = async () => {
    const { rows } = await sql<{ name: string }>`
      select name from pg_prepared_statements where statement = 'select 5 as five'`.execute(store.operational);
    return rows[0]?.name;
  };
  const run = () => sql.raw('select 5 as five').execute(store.operational);
  await run();
  const first = await name();
  for (let at = 1; at < 1_000; at++) await run();
  expect(await name()).toBe(first);
  expect((await run()).rows).toEqual([{ five: 5 }]);
  expect(await name()).not.toBe(first);
});

test('PGlite itself refuses a statement of a transaction that has ended, and sees a table as exec has changed it', async () => {
  await using folder = await temporaryFolder();
  await copyFreshStore(folder.path);
  const opened = await PreparedPGlite.open({ dataDir: folder.path });
  const all = async () => (await opened.query('select * from things')).rows;
  await opened.query('create table things (id int)');
  const ended = await opened.transaction(async (transaction) => {
    await transaction.query('insert into things values (1)');
    return [transaction];
  });
  await expect(ended[0]?.query('insert into things values (2)')).rejects.toThrow('in a transaction that has ended');
  expect(await all()).toEqual([{ id: 1 }]);
  await opened.exec(`alter table things add column note text default 'new'`);
  expect(await all()).toEqual([{ id: 1, note: 'new' }]);
  await opened.close();
});
