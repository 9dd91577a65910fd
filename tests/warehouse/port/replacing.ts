import { describe, expect, test } from 'vitest';
import { ada, FEBRUARY, JANUARY, MARCH, model, selectOf, sums, whole } from '../sums.ts';
import type { PortUnderTest } from './port-under-test.ts';

/** Partitions, tables and rows that are made anew. */
export function replacing(port: PortUnderTest): void {
  const { rowsOf, all } = port;

  describe('replacing', () => {
    test('a partition changes no other period, and is visible immediately to its own transaction only', async () => {
      await port.warehouse.transaction(async (writer) => {
        expect(
          await writer.replacePartition(model, JANUARY, selectOf(['2026-01', 1], ['2026-01', 2], ['2026-02', 3])),
        ).toBe(2);
        expect(await writer.replacePartition(model, FEBRUARY, selectOf(['2026-02', 3]))).toBe(1);
      });
      await port.warehouse.transaction(async (writer) => {
        expect(await writer.replacePartition(model, JANUARY, selectOf(['2026-01', 5], ['2026-02', 6]))).toBe(1);
        expect(await writer.replacePartition(model, JANUARY, selectOf(['2026-01', 7], ['2026-02', 8]))).toBe(1);
        expect(await rowsOf('tantieme.sums', writer)).toEqual([
          ['2026-01', 7n],
          ['2026-02', 3n],
        ]);
        expect(await rowsOf('tantieme.sums')).toHaveLength(3);
      });
      expect(await rowsOf('tantieme.sums')).toEqual([
        ['2026-01', 7n],
        ['2026-02', 3n],
      ]);
    });

    test('a partition by no rows empties it', async () => {
      await port.warehouse.transaction(async (writer) => {
        await writer.replacePartition(model, JANUARY, selectOf(['2026-01', 1]));
        await writer.replacePartition(model, FEBRUARY, selectOf(['2026-02', 2]));
      });
      const count = await port.warehouse.transaction((writer) =>
        writer.replacePartition(model, JANUARY, selectOf(['2026-03', 3])),
      );
      expect(count).toBe(0);
      expect(await rowsOf('tantieme.sums')).toEqual([['2026-02', 2n]]);
    });

    test('a table replaces its whole content, also twice', async () => {
      await port.warehouse.transaction((writer) => writer.replaceTable(whole, selectOf(['2026-03', 3])));
      await port.warehouse.transaction(async (writer) => {
        expect(await writer.replaceTable(whole, selectOf(['2026-01', 1]))).toBe(1);
        expect(await writer.replaceTable(whole, selectOf(['2026-01', 5], ['2026-02', 6]))).toBe(2);
      });
      expect(await rowsOf('tantieme.all_sums')).toEqual([
        ['2026-01', 5n],
        ['2026-02', 6n],
      ]);
    });

    test('rows replaces the whole content of a table, also by no rows', async () => {
      await port.warehouse.transaction((writer) => writer.append(sums, [ada('2026-01', 1n)]));
      await port.warehouse.transaction(async (writer) => {
        await writer.append(sums, [ada('2026-04', 4n)]);
        await writer.replaceRows(sums, [ada('2026-02', 2n)]);
        expect(await all(writer)).toEqual([['2026-02', 2n]]);
        await writer.append(sums, [ada('2026-03', 3n)]);
      });
      expect((await all()).map(([period]) => period)).toEqual(['2026-02', '2026-03']);
      await port.warehouse.transaction(async (writer) => {
        await writer.replaceRows(sums, []);
        expect(await all(writer)).toEqual([]);
      });
      expect(await all()).toEqual([]);
    });

    test('matches columns by name, not by order', async () => {
      const turned = `select 'x' as reason, 7 as amount_minor, 'cr_ada' as creator_id, '2026-01' as period`;
      await port.warehouse.transaction(async (writer) => {
        await writer.replacePartition(model, JANUARY, turned);
        await writer.replaceTable(whole, turned);
      });
      expect(await rowsOf('tantieme.sums')).toEqual([['2026-01', 7n]]);
      expect(await rowsOf('tantieme.all_sums')).toEqual([['2026-01', 7n]]);
    });

    test('reads tables that were rebuilt before', async () => {
      await port.warehouse.transaction(async (writer) => {
        await writer.replaceTable(whole, selectOf(['2026-01', 1], ['2026-02', 2]));
        await writer.replacePartition(model, FEBRUARY, 'select * from tantieme.all_sums');
        await writer.replacePartition(
          model,
          MARCH,
          `select '2026-03' as period, creator_id, amount_minor + 1 as amount_minor, reason from tantieme.sums`,
        );
        expect(await rowsOf('tantieme.sums', writer)).toEqual([
          ['2026-02', 2n],
          ['2026-03', 3n],
        ]);
      });
      expect(await rowsOf('tantieme.sums')).toEqual([
        ['2026-02', 2n],
        ['2026-03', 3n],
      ]);
    });
  });
}
