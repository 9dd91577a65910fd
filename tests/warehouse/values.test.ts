import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { InvariantBroken } from '../../warehouse/errors.ts';
import { decimalOf } from '../../warehouse/money.ts';
import type { ColumnType, TableShape } from '../../warehouse/vocabulary/tables.ts';
import type { Value, ValueRow, Warehouse } from '../../warehouse/warehouse.ts';
import { ENGINES, type StartedEngine } from './engines.ts';

const column = (name: string, type: ColumnType) => ({ name, type, optional: true });
const values: TableShape = {
  name: 'ledger.stored_values',
  meaning: 'One row with a value of each type.',
  columns: [
    column('row_number', 'int64'),
    column('text', 'string'),
    column('whole', 'int64'),
    column('exact', 'numeric'),
    column('truth', 'bool'),
    column('moment', 'timestamp'),
    column('day', 'date'),
    column('document', 'json'),
    column('float', 'float'),
  ],
};

const NOTHING = {
  text: null,
  whole: null,
  exact: null,
  truth: null,
  moment: null,
  day: null,
  document: null,
  float: null,
};

const CASES: readonly (readonly [string, ValueRow])[] = [
  ['only NULL', {}],
  ['an integer beyond 2⁵³', { whole: 9_007_199_254_740_993n }],
  ['the largest int64', { whole: 2n ** 63n - 1n }],
  ['the smallest int64', { whole: -(2n ** 63n) }],
  ['a billionth below zero', { exact: '-0.000000001' }],
  ['a negative decimal', { exact: '-12.5' }],
  ['the largest decimal', { exact: '99999999999999999999999999999.999999999' }],
  ['the smallest decimal', { exact: '-99999999999999999999999999999.999999999' }],
  ['no', { truth: false }],
  ['yes', { truth: true }],
  ['the last millisecond of a month', { moment: '2026-01-31T23:59:59.999Z' }],
  ['microseconds', { moment: '2026-01-31T23:59:59.999999Z' }],
  ['microseconds before 1970', { moment: '1969-12-31T23:59:59.999999Z' }],
  ['the first instant', { moment: '0001-01-01T00:00:00.000Z' }],
  ['the last instant', { moment: '9999-12-31T23:59:59.999999Z' }],
  ['a leap day', { day: '2028-02-29' }],
  ['a day before 1970', { day: '1969-12-31' }],
  ['an empty text', { text: '' }],
  ['text that looks like something else', { text: 'null', document: '"null"' }],
  ['text with special characters', { text: '\'"\\\n\r\t\u0000\u2028\u2029 é日😀%$1{}' }],
  ['text like a number', { text: '007', document: '1.50' }],
  ['a document', { document: '{"b":1,"a":[null,"x"]}' }],
  ['a float', { float: 1e300 }],
];

describe.each(ENGINES)('on $name', ({ start, waysToAppend }) => {
  let started: StartedEngine;
  let warehouse: Warehouse;
  beforeAll(async () => {
    started = await start();
    warehouse = await started.open();
    await warehouse.transaction((writer) => writer.migrate([values]));
  });
  afterAll(async () => {
    await warehouse.close();
    await started.stop();
  });

  /** The rows as read back, after they were appended `copies` times. */
  async function roundTrip(rows: readonly ValueRow[], copies: number): Promise<ValueRow[]> {
    const numbered = Array.from({ length: copies }, () => rows)
      .flat()
      .map((row, index) => ({ ...row, row_number: BigInt(index) }));
    return warehouse.withRollback(async (writer) => {
      await writer.append(values, numbered);
      return writer.query(`select ${Object.keys(NOTHING).join(', ')} from ledger.stored_values order by row_number`);
    });
  }

  describe.each(waysToAppend)('%s', (_, copies) => {
    test.each(CASES)('%s is read back as it was written', async (_, row) => {
      const rows = await roundTrip([row], copies);
      expect(rows).toHaveLength(copies);
      expect(rows[0]).toEqual({ ...NOTHING, ...row });
      expect(rows.at(-1)).toEqual(rows[0]);
    });

    test('a number beyond 2⁵³ keeps every bit', async () => {
      const [row] = await roundTrip([{ whole: 2 ** 60, float: 2 ** 60 }], copies);
      expect(row).toMatchObject({ whole: 2n ** 60n, float: 2 ** 60 });
      expect((await roundTrip([{ whole: -(2 ** 63) }], copies))[0]?.whole).toBe(-(2n ** 63n));
    });

    test('a lone surrogate becomes the replacement character, since UTF-8 cannot express it', async () => {
      expect((await roundTrip([{ text: 'a\ud800b' }], copies))[0]?.text).toBe('a\ufffdb');
    });

    test.each<[string, ValueRow]>([
      ['a word for an integer', { whole: 'many' }],
      ['a word for a decimal', { exact: 'much' }],
      ['a day that does not exist', { day: '2026-02-30' }],
      ['an integer that does not fit', { whole: '9223372036854775808' }],
      ['a decimal that does not fit', { exact: '100000000000000000000000000000' }],
      ['NaN', { float: Number.NaN }],
      ['infinity', { float: Number.NEGATIVE_INFINITY }],
    ])('%s is refused, never stored as NULL', async (_, row) => {
      await expect(roundTrip([{ text: 'good' }, row], copies)).rejects.toThrow();
    });

    test('a column that the table does not have is refused', async () => {
      await expect(roundTrip([{ colour: 'red' }], copies)).rejects.toThrow(
        new InvariantBroken('A row cannot be written to ledger.stored_values: it has no column colour.'),
      );
    });
  });

  test('any rows are read back as they were written, in each way to append', async () => {
    const optional = <T extends Value>(some: fc.Arbitrary<T>) => fc.option(some, { nil: null });
    const row = fc.record({
      text: optional(fc.string({ unit: 'binary' })),
      whole: optional(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })),
      exact: optional(fc.bigInt({ min: -(10n ** 38n) + 1n, max: 10n ** 38n - 1n }).map((nanos) => decimalOf(nanos))),
      truth: optional(fc.boolean()),
      float: optional(fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0)),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 5 }), async (rows) => {
        const whole = rows.map((some) => ({ ...NOTHING, ...some }));
        for (const [, copies] of waysToAppend) {
          expect((await roundTrip(rows, copies)).slice(0, rows.length)).toEqual(whole);
        }
      }),
      { numRuns: 12 },
    );
  });

  test('accepts parameters of every type', async () => {
    const given = [9_007_199_254_740_993n, "it's", true, null];
    const [row] = await warehouse.query('select $1 as whole, $2 as text, $3 as truth, $4 as nothing', given);
    expect(row).toEqual({ whole: 9_007_199_254_740_993n, text: "it's", truth: true, nothing: null });
  });

  test('sorts NULL first ascending and last descending', async () => {
    const rows = '(select 2 as x union all select null as x union all select 1 as x) as given';
    for (const [direction, sorted] of [
      ['asc', [null, 1, 2]],
      ['desc', [2, 1, null]],
    ] as const) {
      const ordered = await warehouse.query(`select x from ${rows} order by x ${direction}`);
      expect(ordered.map(({ x }) => (x === null ? null : Number(x)))).toEqual(sorted);
    }
  });
});
