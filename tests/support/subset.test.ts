import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDuckDb } from '../../warehouse/duckdb/duckdb.ts';
import { messageOf } from '../../warehouse/errors.ts';
import { FIELDS } from '../../warehouse/vocabulary/fields.ts';
import type { TableShape } from '../../warehouse/vocabulary/tables.ts';
import type { ValueRow } from '../../warehouse/warehouse.ts';
import { type GoogleSql, startGoogleSql } from './googlesql/googlesql.ts';
import { missingGoogleSql } from './googlesql/server.ts';
import { warnSkipped } from './skipped-tests.ts';
import { differences, WHOLE_NUMBER } from './subset.ts';

/** The finder of SQL that the engines evaluate differently, and the reason why it includes products of numerics. */

if (missingGoogleSql) warnSkipped(`products are not compared with BigQuery: ${missingGoogleSql}.`);

describe('SQL that the engines evaluate differently', () => {
  test('is reported with its place', () => {
    const sql = `-- round(1.5) in a comment\nselect 'avg(x)' as a,\n  round(x) as b, 0.5 as c\nfrom t limit 1`;
    expect(differences({ file: 'a.sql', line: 10, sql }).map((line) => line.split(' ', 2).join(' '))).toEqual([
      'a.sql:12: "round"',
      'a.sql:12: "0.5"',
      'a.sql:13: "limit"',
    ]);
  });

  test.each([
    ...[
      'a / b',
      'a // b',
      'a % b',
      'a ^ b',
      '1.5',
      '.5',
      '1e3',
      'cast(x as string)',
      'cast(sum(f(x)) as numeric)',
      'x::int64',
    ],
    ...[
      'avg(x)',
      'greatest(a, b)',
      'any_value(x)',
      'date_trunc(x, month)',
      'md5(x)',
      'unnest(x)',
      'raw.f(x)',
      'if (a, b, c)',
    ],
    ...["a like 'b'", 'x[1]', '[1, 2]', "{'a': 1}", '"a"', "'it''s'", "'a\\n'", 'current_date', "interval '1' day"],
    ...['amount * share', 'sum(amount * share)', 'amount * minor_per_unit * share', 'x_count * amount * share'],
    ...['(a + b_count) * share', 'fn.f_count(a) * amount', 'amount * fn.f_count(b)', 'a_count.amount * share'],
    ...['count(*) filter (where a)', 'group by all', 'group by rollup (a)', 'distinct on (a)', 'limit 1', 'x -> x'],
    ...['concat(a, b)', 'concat(fn.field_text(a), b)', "concat(fn.field_int(a), fn.month_of(b), 'c')"],
  ])('such as %s', (sql) => {
    expect(differences({ file: 'a.sql', line: 1, sql: `select 1 as one from t where ${sql}` })).not.toEqual([]);
  });

  test('does not include NULL as a text, a recursive query, or a condition on what is not selected', () => {
    const sql = `with recursive counted as (select 1 as one union all select one + 1 as one from counted where one < 3)
      select cast(null as string) as nothing, lag(one) over (order by one) as before from counted where one not in (select one from t)`;
    expect(differences({ file: 'a.sql', line: 1, sql })).toEqual([]);
  });

  test('does not include the fields of a row that are put together', () => {
    const sql = `select concat(fn.field_text('t'), fn.field_int(a),\n  fn.field_date(b)) as c from t`;
    expect(differences({ file: 'a.sql', line: 1, sql })).toEqual([]);
  });

  test('does not include a product with at most one factor that is not a whole number by its name', () => {
    const sql = `select *, x.*, count(*) as n, amount * -minor_per_unit as a, t.fee_bps * t.amount as b, a_rank * 10000 as c
      from (select distinct * from t) as x where 2 * sum(a) * b_count > 1 -- a * b in a comment`;
    expect(differences({ file: 'a.sql', line: 1, sql })).toEqual([]);
    const misnamed = Object.entries(FIELDS).filter(([name, { type }]) => WHOLE_NUMBER.test(name) && type !== 'int64');
    expect(misnamed).toEqual([]);
  });
});

describe.skipIf(missingGoogleSql)('BigQuery', () => {
  let googleSql: GoogleSql;
  beforeAll(async () => {
    googleSql = await startGoogleSql([]);
  });
  afterAll(() => googleSql?.stop());

  test('and DuckDB return the same product of a numeric and a whole number, or both fail', async () => {
    const products = crossed(NUMERICS, WHOLE_NUMBERS).map((row, nth) => ({ nth: BigInt(nth), ...row }));
    const given = { shape: FACTORS, rows: products };
    const sql = 'select nulliferror(amount * flow_count) as product from scratch.factors order by nth';
    const onBigQuery = (await googleSql.evaluate(sql, [given])).map(({ product }) => product);
    expect(await onDuckDb('amount * flow_count', products)).toEqual(onBigQuery);
    expect(new Set(onBigQuery).size).toBeGreaterThan(20);
    expect(onBigQuery).toContain(null);
  });

  test('rounds the product of two numerics, which DuckDB does not', async () => {
    const half = [{ nth: 0n, amount: '0.5', rate: '0.000000001' }];
    const sql = 'select amount * rate as product from scratch.factors';
    const [onBigQuery] = await googleSql.evaluate(sql, [{ shape: FACTORS, rows: half }]);
    expect(onBigQuery).toEqual({ product: '0.000000001' });
    expect(await onDuckDb('amount * rate', half)).toEqual(['0.0000000005']);
  });
});

const LARGEST = '99999999999999999999999999999.999999999';
const NUMERICS = [
  ...['0', '0.000000001', '-0.000000001', '0.5', '-12.345678901', '170141183460469231731687303.715884105'],
  ...['9999999999999999999999999999.999999999', LARGEST, `-${LARGEST}`],
];
const WHOLE_NUMBERS = [0n, 1n, -1n, 10n, 11n, 10_000n, 2n ** 63n - 1n, -(2n ** 63n)];

const FACTORS: TableShape = {
  name: 'scratch.factors',
  meaning: 'Factors of products.',
  columns: [
    { name: 'nth', type: 'int64', optional: false },
    { name: 'amount', type: 'numeric', optional: false },
    { name: 'rate', type: 'numeric', optional: true },
    { name: 'flow_count', type: 'int64', optional: true },
  ],
};

function crossed(
  amounts: readonly string[],
  counts: readonly bigint[],
): { readonly amount: string; readonly flow_count: bigint }[] {
  return amounts.flatMap((amount) => counts.map((flow_count) => ({ amount, flow_count })));
}

/** The product of each row's factors; null if it is an error. */
async function onDuckDb(product: string, rows: readonly (ValueRow & { readonly nth: bigint })[]): Promise<unknown[]> {
  const warehouse = await openDuckDb({ path: ':memory:' });
  await warehouse.transaction(async (writer) => {
    await writer.migrate([FACTORS]);
    await writer.append(FACTORS, rows);
  });
  const products: unknown[] = [];
  for (const { nth } of rows) {
    const asked = warehouse.query(`select ${product} as product from ${FACTORS.name} where nth = $1`, [nth]);
    const got = await asked.catch((error: unknown) => {
      if (!messageOf(error).startsWith('Out of Range Error')) throw error;
      return [{ product: null }];
    });
    products.push(...got.map((row) => row.product));
  }
  await warehouse.close();
  return products;
}
