import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDuckDb } from '../../../warehouse/duckdb/duckdb.ts';
import { InvariantBroken, messageOf } from '../../../warehouse/errors.ts';
import type { ValueRow, Warehouse } from '../../../warehouse/warehouse.ts';

const missing = {
  name: 'test.missing',
  meaning: 'Of a schema that is not there.',
  columns: [{ name: 'creator_id', type: 'string', optional: true }],
} as const;

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
    ['spaces that are not of ASCII', 'a\u00a0b\u2003c\u200bd\u202fe\u205ff\u2060g\u3000h\ufeffi'],
    ['more than a literal has', `'${'x'.repeat(20_000)}`],
  ])('returns a text parameter as it is: %s', async (_, text) => {
    const sql = `/* it's */ select $2 as two, $1 as one, '$1' as "$2" -- $3`;
    expect(await warehouse.query(sql, [text, 'second'])).toEqual([{ two: 'second', one: text, $2: '$1' }]);
    const streamed: ValueRow[] = [];
    for await (const rows of warehouse.stream(sql, [text, 'second'])) streamed.push(...rows);
    expect(streamed).toEqual([{ two: 'second', one: text, $2: '$1' }]);
  });

  test('that fails does not show its parameters', async () => {
    const sql = 'select * from test.missing where $1 = creator_id';
    const parameters = ['ada@example.com'];
    const ways: (() => Promise<unknown>)[] = [
      () => warehouse.query(sql, parameters),
      () => warehouse.stream(sql, parameters)[Symbol.asyncIterator]().next(),
      () => warehouse.withRollback((writer) => writer.query(sql, parameters)),
      () => warehouse.withRollback((writer) => writer.stream(sql, parameters)[Symbol.asyncIterator]().next()),
      () => warehouse.withRollback((writer) => writer.append(missing, [{ creator_id: 'ada@example.com' }])),
    ];
    for (const way of ways) {
      const error = await way().then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      expect(messageOf(error)).toMatch(/^Catalog Error: Table with name /);
      expect(inspect(error)).not.toContain('ada@');
    }
    // Nothing of it is hidden.
    await expect(warehouse.query('select * from test.missing')).rejects.toThrow('LINE 1: select * from');
  });

  test('with a parameter too many is refused', async () => {
    await expect(warehouse.query('select $1 as one', ['first', 'second'])).rejects.toThrow('parameter number 2');
  });

  test('has texts as literals only if they are short taken together', async () => {
    const planned = async (length: number) => {
      const text = 'x'.repeat(length);
      const [row] = await warehouse.query('select current_query() as text, $1 as one, $2 as two', [text, text]);
      return String(row?.text).includes('$2');
    };
    expect(await planned(4_000)).toBe(false);
    expect(await planned(6_000)).toBe(true);
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
