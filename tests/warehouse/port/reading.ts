import { expect, test } from 'vitest';
import { Rejected } from '../../../warehouse/errors.ts';
import type { ValueRow } from '../../../warehouse/warehouse.ts';
import { ada, sums } from '../sums.ts';
import type { PortUnderTest } from './port-under-test.ts';

/** Queries, streams and what is said of a query without running it. */
export function reading(port: PortUnderTest): void {
  test('a select is described without running it', async () => {
    const described = await port.warehouse.withRollback((writer) =>
      writer.describeQuery(
        `-- A comment.\nselect period, amount_minor, 1 / 0 as x, cast(1 as decimal) as exact from ledger.sums`,
      ),
    );
    expect(described.map(({ name, type }) => [name, type])).toEqual([
      ['period', 'string'],
      ['amount_minor', 'int64'],
      ['x', 'float'],
      ['exact', 'numeric'],
    ]);
  });

  const MANY = 10_500;
  const rowsFrom = (from: number, count: number): ValueRow[] =>
    Array.from({ length: count }, (_, index) => ada('2026-01', BigInt(from + index)));
  const IN_ORDER = 'select amount_minor from ledger.sums where amount_minor >= $1 order by amount_minor';

  test('a stream returns a large result in chunks, and can be ended early', async () => {
    await port.warehouse.transaction((writer) => writer.append(sums, rowsFrom(0, MANY)));
    let next = 100n;
    let pieces = 0;
    for await (const rows of port.warehouse.stream<{ amount_minor: bigint }>(IN_ORDER, [next])) {
      for (const { amount_minor } of rows) expect(amount_minor).toBe(next++);
      pieces++;
    }
    expect(next).toBe(BigInt(MANY));
    expect(pieces).toBeGreaterThan(1);
    for await (const rows of port.warehouse.stream(IN_ORDER, [0n])) if (rows.length > 0) break;
    expect(await port.warehouse.query('select count(*) as n from ledger.sums')).toEqual([{ n: BigInt(MANY) }]);
  });

  test('a transaction streams its own rows, and continues after it ends a stream early', async () => {
    const FEW = 200;
    await port.warehouse.transaction((writer) => writer.append(sums, rowsFrom(0, FEW)));
    const seen = await port.warehouse.withRollback(async (writer) => {
      await writer.append(sums, rowsFrom(FEW, MANY));
      let next = 100n;
      let pieces = 0;
      for await (const piece of writer.stream<{ amount_minor: bigint }>(IN_ORDER, [next])) {
        for (const { amount_minor } of piece) expect(amount_minor).toBe(next++);
        pieces++;
      }
      expect(pieces).toBeGreaterThan(1);
      for await (const piece of writer.stream(IN_ORDER, [0n])) if (piece.length > 0) break;
      await writer.append(sums, [ada('2026-02', next)]);
      return writer.query('select count(*) as n, max(amount_minor) as most from ledger.sums');
    });
    expect(seen).toEqual([{ n: BigInt(FEW + MANY + 1), most: BigInt(FEW + MANY) }]);
    expect(await port.warehouse.query('select count(*) as n from ledger.sums')).toEqual([{ n: BigInt(FEW) }]);
  });

  test('anything but a single SELECT is refused before it runs', async () => {
    await port.warehouse.explain('select period, amount_minor from ledger.sums -- unchanged');
    for (const sql of [
      'select nothing from ledger.sums',
      'select 1; select 2',
      'drop table ledger.sums',
      'select (',
      'select 1); select 2; select * from (select 3',
    ]) {
      await expect(port.warehouse.explain(sql)).rejects.toThrow(Rejected);
      await expect(port.warehouse.explain(sql)).rejects.toThrow(/^The query is not a single valid SELECT: [^\n]+$/);
    }
  });
}
