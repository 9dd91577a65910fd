import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { withCachedReads } from '../../warehouse/cached-reads.ts';
import { openDuckDb } from '../../warehouse/duckdb/duckdb.ts';
import { stageRows } from '../../warehouse/stage-rows.ts';
import { defineTable, type TableShape } from '../../warehouse/vocabulary/tables.ts';
import type { ValueRow, Warehouse, WarehouseWriter } from '../../warehouse/warehouse.ts';

const sums = defineTable({
  name: 'test.sums',
  meaning: 'One row per creator.',
  fields: ['creator_id', 'amount_minor'],
  key: ['creator_id'],
});
const READ = 'select amount_minor from test.sums where creator_id = $1';
const uses = { ...sums, name: 'raw.uses' };
const sales = { ...sums, name: 'raw.sales' };
const view = { ...sums, name: 'tantieme.known', sql: '-- What is known.\nselect * from raw.sales' };

let warehouse: Warehouse;
let readCount: number;
/** The same engine; what reaches it is counted. */
let counted: Warehouse;
beforeAll(async () => {
  warehouse = await openDuckDb({ path: ':memory:' });
  counted = {
    ...warehouse,
    query: (sql, parameters) => {
      readCount++;
      return warehouse.query(sql, parameters);
    },
  };
});
afterAll(() => warehouse.close());
beforeEach(async () => {
  readCount = 0;
  await warehouse.transaction(async (writer) => {
    await writer.migrate([sums]);
    await put(writer, 1n);
  });
});

const put = (writer: WarehouseWriter, amount_minor: bigint) =>
  writer.replaceRows(sums, [{ creator_id: 'cr_ada', amount_minor }]);

test('the same query is read once until a transaction ends; a rolled back one changes nothing', async () => {
  const cached = withCachedReads(counted);
  const read = () => cached.query<{ amount_minor: bigint }>(READ, ['cr_ada']);
  expect(await read()).toEqual([{ amount_minor: 1n }]);
  await warehouse.withRollback((writer) => put(writer, 2n));
  expect(await read()).toEqual([{ amount_minor: 1n }]);
  expect(await cached.query(READ, ['cr_ben'])).toEqual([]);
  expect(readCount).toBe(2);

  await warehouse.transaction((writer) => put(writer, 3n));
  expect(await read()).toEqual([{ amount_minor: 3n }]);
  expect(readCount).toBe(3);
});

test('a read during which a transaction ends is not kept', async () => {
  let ended = false;
  const slow: Warehouse = {
    ...counted,
    query: async <R extends ValueRow>(sql: string, parameters: readonly string[] = []) => {
      const rows = await counted.query<R>(sql, parameters);
      if (!ended) await warehouse.transaction((writer) => put(writer, 2n));
      ended = true;
      return rows;
    },
  };
  const cached = withCachedReads(slow);
  expect(await cached.query(READ, ['cr_ada'])).toEqual([{ amount_minor: 1n }]);
  expect(await cached.query(READ, ['cr_ada'])).toEqual([{ amount_minor: 2n }]);
});

test('what a caller does with its rows changes no other, and what is kept is bounded', async () => {
  const cached = withCachedReads(counted, { mostValues: 310 });
  for (let round = 0; round < 2; round++) {
    const rows = await cached.query<{ amount_minor: bigint }>(READ, ['cr_ada']);
    expect(rows).toEqual([{ amount_minor: 1n }]);
    Object.assign(rows.pop() ?? {}, { amount_minor: 9n });
  }
  expect(readCount).toBe(1);
  for (const amount of ['1', '2', '3']) await cached.query(`select ${amount} as amount`);
  await cached.query(READ, ['cr_ada']);
  expect(readCount).toBe(5);
});

test('an engine that other processes write to is read each time', () => {
  const { lastChange: _, ...other } = warehouse;
  expect(withCachedReads(other)).toBe(other);
});

describe('a transaction that writes other tables', () => {
  const cached = () => withCachedReads(counted);
  const give = (writer: WarehouseWriter, table: TableShape, amount_minor: bigint) =>
    writer.append(table, [{ creator_id: 'cr_ada', amount_minor }]);
  beforeEach(() =>
    warehouse.transaction(async (writer) => {
      await writer.migrate([uses, sales]);
      for (const table of [uses, sales]) await writer.replaceRows(table, []);
      await writer.createView(view);
    }),
  );

  test.each(['raw.sales', 'tantieme.known'])('leaves the rows of %s as they were read', async (name) => {
    const { query } = cached();
    const read = () => query(`select amount_minor from ${name}`);
    expect(await read()).toEqual([]);
    await warehouse.transaction((writer) => give(writer, uses, 1n));
    expect(await read()).toEqual([]);
    expect(readCount).toBe(1);
    await warehouse.transaction((writer) => give(writer, sales, 2n));
    expect(await read()).toEqual([{ amount_minor: 2n }]);
  });

  test.each([1, 500])('has its own read again, also after rows that were prepared: %d', async (count) => {
    const { query } = cached();
    const read = () => query('select count(*) as row_count from raw.sales');
    expect(await read()).toEqual([{ row_count: 0n }]);
    const rows = Array.from({ length: count }, (_, at) => ({ creator_id: `cr_${at}`, amount_minor: 1n }));
    const staged = await stageRows(sales, rows, { engine: warehouse.engine });
    await warehouse.transaction((writer) => writer.appendStaged(sales, staged));
    expect(await read()).toEqual([{ row_count: BigInt(count) }]);
  });

  test('but replaces a view, or writes by a statement of its own, has everything read again', async () => {
    const { query } = cached();
    const read = () => query('select count(*) as row_count from tantieme.known');
    await warehouse.transaction((writer) => give(writer, sales, 2n));
    expect(await read()).toEqual([{ row_count: 1n }]);
    await warehouse.transaction((writer) => writer.createView({ ...view, sql: 'select * from raw.uses' }));
    expect(await read()).toEqual([{ row_count: 0n }]);
    await warehouse.transaction((writer) => give(writer, uses, 2n));
    expect(await read()).toEqual([{ row_count: 1n }]);
    const removal = 'with old as (select * from raw.uses) delete from raw.uses where exists (select 1 from old)';
    await warehouse.transaction((writer) => writer.query(removal));
    expect(await read()).toEqual([{ row_count: 0n }]);
  });

  test('and fails has what it wrote read again, and a view that it may have replaced read each time', async () => {
    const { query } = cached();
    const read = () => query('select amount_minor from tantieme.known');
    await read();
    const failed = warehouse.transaction(async (writer) => {
      await writer.createView({ ...view, sql: 'select * from raw.uses' });
      throw new Error('on purpose');
    });
    await expect(failed).rejects.toThrow('on purpose');
    await read();
    await warehouse.transaction((writer) => give(writer, sales, 3n));
    expect(await read()).toEqual([{ amount_minor: 3n }]);
  });
});
