import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openDuckDb } from '../../../warehouse/duckdb/duckdb.ts';
import { Conflict } from '../../../warehouse/errors.ts';
import { defineTable, type TableShape } from '../../../warehouse/vocabulary/tables.ts';
import type { ValueRow, Warehouse } from '../../../warehouse/warehouse.ts';

const sums = defineTable({
  name: 'test.sums',
  meaning: 'One row per period and creator.',
  fields: ['period', 'creator_id', 'amount_minor', 'reason?'],
  key: ['period', 'creator_id'],
});
const ada = (period: string, amount_minor: bigint): ValueRow => ({ period, creator_id: 'cr_ada', amount_minor });

let warehouse: Warehouse;
beforeEach(async () => {
  warehouse = await openDuckDb({ path: ':memory:' });
  await warehouse.transaction((writer) => writer.migrate([sums]));
});
afterEach(() => warehouse.close());

const all = () => warehouse.query('select period, amount_minor from test.sums order by period, amount_minor');

describe('a transaction', () => {
  test('that throws leaves nothing: no row, no table, no column', async () => {
    const broken = warehouse.transaction(async (writer) => {
      await writer.append(sums, [ada('2026-01', 1n)]);
      await writer.migrate([{ ...sums, name: 'test.others' }]);
      await writer.query('alter table test.sums add column colour varchar');
      throw new Conflict('Rolled back on purpose.');
    });
    await expect(broken).rejects.toThrow(new Conflict('Rolled back on purpose.'));
    expect(await all()).toEqual([]);
    await warehouse.withRollback(async (writer) => {
      const described = await writer.describe('test');
      expect(described.has('others')).toBe(false);
      expect(described.get('sums')?.map(({ name }) => name)).not.toContain('colour');
    });
  });

  test('with lowMemory restores the memory limit, and throws the original error', async () => {
    const limit = () => warehouse.query(`select current_setting('memory_limit') as bytes`);
    const before = await limit();
    const lowMemory = { lowMemory: true };
    expect(await warehouse.transaction(async () => (await limit())[0]?.bytes, lowMemory)).not.toBe(before[0]?.bytes);
    const broken = warehouse.transaction((writer) => writer.query('select * from test.nowhere'), lowMemory);
    await expect(broken).rejects.toThrow(/nowhere/);
    expect(await limit()).toEqual(before);
  });
});

describe('migrating', () => {
  test('accepts any name for a table and a column, as RudderStack creates them', async () => {
    const NAME = `we"ird 'name'`;
    const odd: TableShape = {
      name: 'test.select',
      meaning: '',
      columns: [{ name: NAME, type: 'string', optional: true }],
    };
    const rows = await warehouse.withRollback(async (writer) => {
      await writer.migrate([odd]);
      await writer.append(odd, [{ [NAME]: 'x' }]);
      await writer.append(
        odd,
        Array.from({ length: 500 }, () => ({ [NAME]: 'y' })),
      );
      return writer.query('select count(*) as n from test."select"');
    });
    expect(rows).toEqual([{ n: 501n }]);
  });
});
