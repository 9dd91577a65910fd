import { describe, expect, test } from 'vitest';
import { Conflict, InvariantBroken } from '../../../warehouse/errors.ts';
import { defineFunction } from '../../../warehouse/functions/function.ts';
import { defineTable } from '../../../warehouse/vocabulary/tables.ts';
import type { ScratchCatalogue, WarehouseWriter } from '../../../warehouse/warehouse.ts';
import { ada, doubled, FEBRUARY, JANUARY, model, selectOf, sums, whole } from '../sums.ts';
import type { PortUnderTest } from './port-under-test.ts';

/** One that differs from today's, and one that today has not. */
const functions = ['try_numeric', 'once_only'].map((name) =>
  defineFunction({ name, parameters: ['x'], meaning: '', duckdb: '(100 + x)', bigquery: '(100 + x)' }),
);
/** `ledger.sums` as it was known with amounts below 3. */
const known: ScratchCatalogue = {
  functions,
  tables: [
    { name: 'ledger.sums', sql: 'select * from ledger.sums -- Of the warehouse.\nwhere amount_minor < 3' },
    { name: 'raw.exact', sql: `select fn.try_numeric('0.5') as exact from ledger.sums as sums` },
  ],
};
const rated = defineTable({ ...model, name: 'steps.rated', layout: {} });
const own = defineTable({ ...sums, name: 'landing.own' });

/** A catalogue of its own for a piece of work. */
export function scratch(port: PortUnderTest): void {
  const { rowsOf, all } = port;
  const within = <T>(work: (writer: WarehouseWriter) => Promise<T>): Promise<T> =>
    port.warehouse.withScratch(known, work);
  const appendThree = (): Promise<void> =>
    port.warehouse.transaction((writer) =>
      writer.append(sums, [ada('2026-01', 1n), ada('2026-02', 2n), ada('2026-03', 3n)]),
    );

  describe('a scratch catalogue', () => {
    test('shows the given tables and functions in the place of those of the warehouse', async () => {
      await appendThree();
      const seen = await within(async (writer) => {
        expect(await all(writer)).toHaveLength(2);
        const streamed = [];
        for await (const rows of writer.stream(
          'select fn.try_numeric(amount_minor) as x from ledger.sums order by x',
        )) {
          streamed.push(...rows);
        }
        expect(streamed).toEqual([{ x: 101n }, { x: 102n }]);
        // The SELECT of a given table calls today's functions.
        expect(await writer.query('select distinct exact from raw.exact')).toEqual([{ exact: '0.5' }]);
        return writer.query('select fn.once_only($1) as x', [1n]);
      });
      expect(seen).toEqual([{ x: 101n }]);
      expect(await port.warehouse.query(`select fn.try_numeric('0.5') as x`)).toEqual([{ x: '0.5' }]);
    });

    test('is built like the warehouse, which does not change', async () => {
      await appendThree();
      await port.warehouse.transaction((writer) => writer.replacePartition(model, JANUARY, selectOf(['2026-01', 9])));
      await within(async (writer) => {
        await writer.migrate([model, whole, own]);
        await writer.createView(doubled);
        expect(await rowsOf('tantieme.sums', writer)).toEqual([]);
        expect(await writer.createStep(rated, 'select * from ledger.sums')).toBe(2);
        expect(await writer.replacePartition(model, FEBRUARY, 'select * from steps.rated')).toBe(1);
        expect(
          await writer.replaceTable(whole, 'select * from tantieme.sums union all select * from tantieme.doubled'),
        ).toBe(3);
        await writer.replaceRows(own, [ada('2026-05', 5n)]);
        await writer.append(own, [ada('2026-06', 6n)]);
        expect(await rowsOf('tantieme.all_sums', writer)).toEqual([
          ['2026-01', 2n],
          ['2026-02', 2n],
          ['2026-02', 4n],
        ]);
        expect(await rowsOf('landing.own', writer)).toEqual([
          ['2026-05', 5n],
          ['2026-06', 6n],
        ]);
        // What others see in the meantime.
        expect(await all()).toHaveLength(3);
        expect(await rowsOf('tantieme.sums')).toEqual([['2026-01', 9n]]);
      });
      expect(await rowsOf('tantieme.sums')).toEqual([['2026-01', 9n]]);
      expect(await rowsOf('tantieme.all_sums')).toEqual([]);
      for (const missing of ['landing.own', 'tantieme.doubled', 'steps.rated']) {
        await expect(rowsOf(missing)).rejects.toThrow();
      }
    });

    test('describes its own tables and queries only', async () => {
      await within(async (writer) => {
        await writer.migrate([whole]);
        await writer.migrate([whole]);
        await writer.createEmptySteps([rated]);
        expect([...(await writer.describe('tantieme')).keys()]).toEqual(['all_sums']);
        expect([...(await writer.describe('ledger')).keys()]).toEqual(['sums']);
        const described = await writer.describeQuery(
          'select fn.once_only(rated.amount_minor) as x from steps.rated as rated join ledger.sums as s on true',
        );
        expect(described.map(({ name, type }) => [name, type])).toEqual([['x', 'int64']]);
      });
      const described = await port.warehouse.withRollback((writer) => writer.describe('tantieme'));
      expect([...described.keys()].sort()).toEqual(['all_sums', 'sums']);
    });

    test.each([
      ['a table that was not given', 'select * from tantieme.sums', /tantieme\.sums/],
      ['a table of a dataset with others', 'select * from ledger.others', /others/],
      ['a step that was not created', 'select * from steps.rated', /steps\.rated/],
      ['a function that was not given', 'select fn.bps_of(1, 2) as x', /bps_of/],
    ])('does not resolve %s', async (_, sql, named) => {
      await expect(within((writer) => writer.query(sql))).rejects.toThrow(named);
      await expect(within((writer) => writer.describeQuery(sql))).rejects.toThrow(named);
      await expect(within((writer) => writer.createStep(rated, sql))).rejects.toThrow(named);
    });

    test('is discarded if its work throws or the engine fails, and the next work finds an empty one', async () => {
      await appendThree();
      const broken = within(async (writer) => {
        await writer.migrate([own]);
        throw new Conflict('On purpose.');
      });
      await expect(broken).rejects.toThrow(new Conflict('On purpose.'));
      const wrong: ScratchCatalogue = {
        functions,
        tables: [{ name: 'raw.wrong', sql: 'select nothing from ledger.sums' }],
      };
      await expect(port.warehouse.withScratch(wrong, async () => undefined)).rejects.toThrow(/nothing/);
      await within(async (writer) => {
        expect((await writer.describe('landing')).size).toBe(0);
        await writer.migrate([own]);
        expect(await rowsOf('landing.own', writer)).toEqual([]);
      });
      await appendThree();
      expect(await all()).toHaveLength(6);
    });

    test('waits for a transaction, and is not nested in one', async () => {
      const [, seen] = await Promise.all([appendThree(), within((writer) => all(writer))]);
      expect(seen).toHaveLength(2);
      const nested = port.warehouse.transaction(() => within(async () => undefined));
      await expect(nested).rejects.toThrow(InvariantBroken);
    });
  });
}
