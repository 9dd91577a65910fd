import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDuckDb } from '../../../warehouse/duckdb/duckdb.ts';
import { InvariantBroken } from '../../../warehouse/errors.ts';
import type { ValueRow, Warehouse } from '../../../warehouse/warehouse.ts';

let warehouse: Warehouse;
beforeAll(async () => {
  warehouse = await openDuckDb({ path: ':memory:' });
});
afterAll(() => warehouse.close());

describe('a query', () => {
  test('accepts parameters of every type, and returns sums beyond an int64', async () => {
    const [row] = await warehouse.query(
      'select $1 as whole, $2 as text, $3 as truth, $4 as nothing, sum(x) as total, avg(x) as mean from (values (9223372036854775807), (1)) as v(x)',
      [9_007_199_254_740_993n, "it's", true, null],
    );
    expect(row).toEqual({
      whole: 9_007_199_254_740_993n,
      text: "it's",
      truth: true,
      nothing: null,
      total: 2n ** 63n,
      mean: 2 ** 62,
    });
  });

  test.each([
    ['quotes', `it's "so"; '' -- '`],
    ['what looks like a parameter or a name', '$1 $2 steps.one fn.two( $$'],
    ['a backslash', `\\' \\n`],
    ['nothing', ''],
    ['a NUL', `a\0' b`],
    ['more than a literal has', `'${'x'.repeat(20_000)}`],
  ])('returns a text parameter as it is: %s', async (_, text) => {
    const sql = `select $2 as two, $1 as one, '$1' as "$2" -- $3`;
    expect(await warehouse.query(sql, [text, 'second'])).toEqual([{ two: 'second', one: text, $2: '$1' }]);
    const streamed: ValueRow[] = [];
    for await (const rows of warehouse.stream(sql, [text, 'second'])) streamed.push(...rows);
    expect(streamed).toEqual([{ two: 'second', one: text, $2: '$1' }]);
  });

  test('sorts NULL first ascending and last descending, like BigQuery', async () => {
    const ordered = async (direction: string) =>
      (await warehouse.query(`select x from (values (2), (null), (1)) as v(x) order by x ${direction}`)).map(
        ({ x }) => x,
      );
    expect(await ordered('asc')).toEqual([null, 1, 2]);
    expect(await ordered('desc')).toEqual([2, 1, null]);
    const streamed: ValueRow[] = [];
    for await (const rows of warehouse.stream('select x from (values (2), (null), (1)) as v(x) order by x')) {
      streamed.push(...rows);
    }
    expect(streamed.map(({ x }) => x)).toEqual([null, 1, 2]);
  });

  test('uses UTC, whatever the time zone of the machine', async () => {
    const sql = `select cast(timestamptz '2026-01-31 23:30:00+00' as date) as day, timestamptz '2026-02-01 00:30:00+02' as moment`;
    const expected = { day: '2026-01-31', moment: '2026-01-31T22:30:00.000Z' };
    expect(await warehouse.query(sql)).toEqual([expected]);
    expect(await warehouse.withRollback((writer) => writer.query(sql))).toEqual([expected]);
    for await (const rows of warehouse.stream(sql)) expect(rows).toEqual([expected]);
  });

  test('refuses values of unsupported types', async () => {
    await expect(warehouse.query('select interval 1 day as span')).rejects.toThrow(InvariantBroken);
    await expect(warehouse.query('select [1, 2] as list')).rejects.toThrow(InvariantBroken);
  });
});
