import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Conflict, InvariantBroken, Rejected } from '../../warehouse/errors.ts';
import type { TableShape } from '../../warehouse/vocabulary/tables.ts';
import type { ValueRow, Warehouse } from '../../warehouse/warehouse.ts';
import { ENGINES, type StartedEngine } from './engines.ts';
import { ada, amountsIn, FEBRUARY, JANUARY, model, selectOf, sums, whole } from './sums.ts';

/** The behaviour of every engine; that of only one engine is tested in its own folder. */

describe.each(ENGINES)('on $name', (engine) => {
  let started: StartedEngine;
  let warehouse: Warehouse;
  beforeAll(async () => {
    started = await engine.start();
  });
  afterAll(() => started.stop());
  beforeEach(async () => {
    warehouse = await started.open();
    await warehouse.transaction((writer) => writer.migrate([sums, model, whole]));
  });
  afterEach(() => warehouse.close());

  const rowsOf = (table: string, reader: Pick<Warehouse, 'query'> = warehouse) => amountsIn(table, reader);
  const all = (reader?: Pick<Warehouse, 'query'>) => rowsOf('ledger.sums', reader);
  const amounts = async () => (await all()).map(([, amount]) => amount);

  describe('a transaction', () => {
    test('returns what its work returns, and is then visible to everyone', async () => {
      const seen = await warehouse.transaction(async (writer) => {
        await writer.append(sums, [ada('2026-01', 1n)]);
        expect(await all()).toEqual([]);
        await writer.append(sums, [ada('2026-01', 2n)]);
        return writer.query('select amount_minor from ledger.sums order by amount_minor');
      });
      expect(seen).toEqual([{ amount_minor: 1n }, { amount_minor: 2n }]);
      expect(await all()).toEqual([
        ['2026-01', 1n],
        ['2026-01', 2n],
      ]);
    });

    test('appends to existing rows, and sees both', async () => {
      await warehouse.transaction((writer) => writer.append(sums, [ada('2026-01', 1n)]));
      await warehouse.transaction(async (writer) => {
        await writer.append(sums, [ada('2026-02', 2n)]);
        expect(await all(writer)).toEqual([
          ['2026-01', 1n],
          ['2026-02', 2n],
        ]);
      });
    });

    test('that throws leaves nothing: no rows, replaced rows or models', async () => {
      await warehouse.transaction(async (writer) => {
        await writer.append(sums, [ada('2026-01', 1n)]);
        await writer.replaceTable(whole, selectOf(['2026-01', 1]));
        await writer.replacePartition(model, JANUARY, selectOf(['2026-01', 1]));
      });
      const broken = warehouse.transaction(async (writer) => {
        await writer.replaceRows(sums, [ada('2026-02', 2n)]);
        await writer.replaceTable(whole, selectOf(['2026-02', 2]));
        await writer.replacePartition(model, FEBRUARY, selectOf(['2026-02', 2]));
        expect(await all(writer)).toEqual([['2026-02', 2n]]);
        throw new Conflict('Rolled back on purpose.');
      });
      await expect(broken).rejects.toThrow(new Conflict('Rolled back on purpose.'));
      for (const table of ['ledger.sums', 'tantieme.all_sums', 'tantieme.sums']) {
        expect(await rowsOf(table)).toEqual([['2026-01', 1n]]);
      }
    });

    test('that the engine fails leaves nothing, and the next one works', async () => {
      const broken = warehouse.transaction(async (writer) => {
        await writer.append(sums, [ada('2026-01', 1n)]);
        await writer.append(sums, [{ period: '2026-01', creator_id: null, amount_minor: 1n }]);
      });
      await expect(broken).rejects.toThrow(/creator_id/);
      await warehouse.transaction((writer) => writer.append(sums, [ada('2026-02', 2n)]));
      expect(await all()).toEqual([['2026-02', 2n]]);
    });

    test('waits for the previous one, so that a sum read within it stays correct', async () => {
      const raise = () =>
        warehouse.transaction(async (writer) => {
          const [row] = await writer.query<{ highest: bigint | null }>(
            'select max(amount_minor) as highest from ledger.sums',
          );
          await writer.append(sums, [ada('2026-01', (row?.highest ?? 0n) + 1n)]);
        });
      const outcomes = await Promise.allSettled([
        raise(),
        raise(),
        warehouse.transaction(() => Promise.reject(new Conflict('no'))),
        warehouse.withRollback((writer) => writer.append(sums, [ada('2026-01', 100n)])),
        raise(),
      ]);
      expect(outcomes.map(({ status }) => status)).toEqual([
        'fulfilled',
        'fulfilled',
        'rejected',
        'fulfilled',
        'fulfilled',
      ]);
      expect(await amounts()).toEqual([1n, 2n, 3n]);
    });

    test('within a transaction is refused instead of deadlocking', async () => {
      const nested = warehouse.transaction(() => warehouse.withRollback(async () => undefined));
      await expect(nested).rejects.toThrow(InvariantBroken);
      await warehouse.transaction(async () => undefined);
    });

    test('that is running ends before the warehouse closes', async () => {
      let isOver = false;
      const written = warehouse.transaction(async (writer) => {
        await writer.append(sums, [ada('2026-01', 1n)]);
        await writer.query('select 1 as x from ledger.sums');
        isOver = true;
      });
      await warehouse.close();
      expect(isOver).toBe(true);
      await expect(written).resolves.toBeUndefined();
      warehouse = await started.open();
    });

    test('refuses a column that the table does not have', async () => {
      const append = warehouse.transaction((writer) => writer.append(sums, [{ ...ada('2026-01', 1n), colour: 'red' }]));
      await expect(append).rejects.toThrow(
        new InvariantBroken('A row cannot be written to ledger.sums: it has no column colour.'),
      );
    });

    test('may query, and append to another table, while it appends', async () => {
      await warehouse.transaction(async (writer) => {
        const appended = Array.from({ length: 5 }, (_, index) => writer.append(sums, [ada('2026-01', BigInt(index))]));
        const counts = Array.from({ length: 3 }, () => writer.query('select count(*) as n from ledger.sums'));
        await Promise.all([...appended, ...counts]);
      });
      expect(await amounts()).toEqual([0n, 1n, 2n, 3n, 4n]);
    });
  });

  test('withRollback returns the result, and leaves nothing', async () => {
    const rows = await warehouse.withRollback(async (writer) => {
      await writer.append(sums, [ada('2026-01', 1n)]);
      return writer.query('select amount_minor from ledger.sums');
    });
    expect(rows).toEqual([{ amount_minor: 1n }]);
    expect(await all()).toEqual([]);
    await expect(warehouse.withRollback(() => Promise.reject(new Conflict('no')))).rejects.toThrow(Conflict);
  });

  describe('migrating', () => {
    const shape = (columns: TableShape['columns']): TableShape => ({ name: 'ledger.sums', meaning: '', columns });

    test('adds what is missing, leaves the rest, and changes nothing the second time', async () => {
      const wider = shape([...sums.columns, { name: 'amount', type: 'numeric', optional: false }]);
      await warehouse.transaction((writer) => writer.append(sums, [ada('2026-01', 1n)]));
      await warehouse.transaction(async (writer) => {
        await writer.migrate([wider]);
        await writer.migrate([wider]);
        // The previous version, started once more, removes no column.
        await writer.migrate([sums]);
      });
      expect(await warehouse.query('select amount_minor, amount from ledger.sums')).toEqual([
        { amount_minor: 1n, amount: null },
      ]);
      const described = await warehouse.withRollback(async (writer) => (await writer.describe('ledger')).get('sums'));
      expect(described).toEqual([
        { name: 'period', type: 'string', optional: false },
        { name: 'creator_id', type: 'string', optional: false },
        { name: 'amount_minor', type: 'int64', optional: false },
        { name: 'reason', type: 'string', optional: true },
        { name: 'amount', type: 'numeric', optional: true },
      ]);
    });

    test('adds columns to a table while rows are appended', async () => {
      const wider = shape([...sums.columns, { name: 'amount', type: 'numeric', optional: true }]);
      await warehouse.transaction(async (writer) => {
        await writer.append(sums, [ada('2026-01', 1n)]);
        await writer.query('select 1 as x from ledger.sums');
        await writer.migrate([wider]);
        await writer.append(wider, [{ ...ada('2026-02', 2n), amount: '0.5' }]);
        expect(await writer.query('select amount_minor, amount from ledger.sums order by amount_minor')).toEqual([
          { amount_minor: 1n, amount: null },
          { amount_minor: 2n, amount: '0.5' },
        ]);
      });
      expect(await warehouse.query('select amount from ledger.sums order by amount_minor')).toEqual([
        { amount: null },
        { amount: '0.5' },
      ]);
    });

    test('refuses a changed column type', async () => {
      const retyped = shape([{ name: 'amount_minor', type: 'numeric', optional: false }]);
      const refused = warehouse.transaction((writer) => writer.migrate([retyped]));
      await expect(refused).rejects.toThrow(Conflict);
      await expect(refused).rejects.toThrow(
        /^The table ledger\.sums cannot be migrated: its column amount_minor is (BIGINT|INT64) in the warehouse but (DECIMAL\(38,9\)|NUMERIC) in this version\. Columns never change their type; use a new name\.$/,
      );
    });

    test('creates the functions', async () => {
      expect(await warehouse.query(`select fn.num_mul(fn.to_numeric('0.5'), 3) as x`)).toEqual([{ x: '1.5' }]);
    });
  });

  test('a select is described without running it', async () => {
    const described = await warehouse.withRollback((writer) =>
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
  const many = (from: number): ValueRow[] =>
    Array.from({ length: MANY }, (_, index) => ada('2026-01', BigInt(from + index)));
  const IN_ORDER = 'select amount_minor from ledger.sums where amount_minor >= $1 order by amount_minor';

  test('a stream returns a large result in chunks, and can be ended early', async () => {
    await warehouse.transaction((writer) => writer.append(sums, many(0)));
    let next = 100n;
    let pieces = 0;
    for await (const rows of warehouse.stream<{ amount_minor: bigint }>(IN_ORDER, [next])) {
      for (const { amount_minor } of rows) expect(amount_minor).toBe(next++);
      pieces++;
    }
    expect(next).toBe(BigInt(MANY));
    expect(pieces).toBeGreaterThan(1);
    for await (const rows of warehouse.stream(IN_ORDER, [0n])) if (rows.length > 0) break;
    expect(await warehouse.query('select count(*) as n from ledger.sums')).toEqual([{ n: BigInt(MANY) }]);
  });

  test('a transaction streams its own rows, and continues after it ends a stream early', async () => {
    await warehouse.transaction((writer) => writer.append(sums, many(0)));
    const seen = await warehouse.withRollback(async (writer) => {
      await writer.append(sums, many(MANY));
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
    expect(seen).toEqual([{ n: BigInt(2 * MANY + 1), most: BigInt(2 * MANY) }]);
    expect(await warehouse.query('select count(*) as n from ledger.sums')).toEqual([{ n: BigInt(MANY) }]);
  });

  test('anything but a single SELECT is refused before it runs', async () => {
    await warehouse.explain('select period, amount_minor from ledger.sums -- unchanged');
    for (const sql of [
      'select nothing from ledger.sums',
      'select 1; select 2',
      'drop table ledger.sums',
      'select (',
      'select 1); select 2; select * from (select 3',
    ]) {
      await expect(warehouse.explain(sql)).rejects.toThrow(Rejected);
      await expect(warehouse.explain(sql)).rejects.toThrow(/^The query is not a single valid SELECT: [^\n]+$/);
    }
  });
});
