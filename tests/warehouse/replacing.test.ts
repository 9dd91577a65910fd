import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import { ENGINES, type StartedEngine } from './engines.ts';
import { ada, amountsIn, doubled, FEBRUARY, JANUARY, MARCH, model, selectOf, sums, whole } from './sums.ts';

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

  describe('replacing', () => {
    test('a partition changes no other period, and is visible immediately to its own transaction only', async () => {
      await warehouse.transaction(async (writer) => {
        expect(
          await writer.replacePartition(model, JANUARY, selectOf(['2026-01', 1], ['2026-01', 2], ['2026-02', 3])),
        ).toBe(2);
        expect(await writer.replacePartition(model, FEBRUARY, selectOf(['2026-02', 3]))).toBe(1);
      });
      await warehouse.transaction(async (writer) => {
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
      await warehouse.transaction(async (writer) => {
        await writer.replacePartition(model, JANUARY, selectOf(['2026-01', 1]));
        await writer.replacePartition(model, FEBRUARY, selectOf(['2026-02', 2]));
      });
      const count = await warehouse.transaction((writer) =>
        writer.replacePartition(model, JANUARY, selectOf(['2026-03', 3])),
      );
      expect(count).toBe(0);
      expect(await rowsOf('tantieme.sums')).toEqual([['2026-02', 2n]]);
    });

    test('a table replaces its whole content, also twice', async () => {
      await warehouse.transaction((writer) => writer.replaceTable(whole, selectOf(['2026-03', 3])));
      await warehouse.transaction(async (writer) => {
        expect(await writer.replaceTable(whole, selectOf(['2026-01', 1]))).toBe(1);
        expect(await writer.replaceTable(whole, selectOf(['2026-01', 5], ['2026-02', 6]))).toBe(2);
      });
      expect(await rowsOf('tantieme.all_sums')).toEqual([
        ['2026-01', 5n],
        ['2026-02', 6n],
      ]);
    });

    test('rows replaces the whole content of a table, also by no rows', async () => {
      await warehouse.transaction((writer) => writer.append(sums, [ada('2026-01', 1n)]));
      await warehouse.transaction(async (writer) => {
        await writer.append(sums, [ada('2026-04', 4n)]);
        await writer.replaceRows(sums, [ada('2026-02', 2n)]);
        expect(await all(writer)).toEqual([['2026-02', 2n]]);
        await writer.append(sums, [ada('2026-03', 3n)]);
      });
      expect((await all()).map(([period]) => period)).toEqual(['2026-02', '2026-03']);
      await warehouse.transaction(async (writer) => {
        await writer.replaceRows(sums, []);
        expect(await all(writer)).toEqual([]);
      });
      expect(await all()).toEqual([]);
    });

    test('matches columns by name, not by order', async () => {
      const turned = `select 'x' as reason, 7 as amount_minor, 'cr_ada' as creator_id, '2026-01' as period`;
      await warehouse.transaction(async (writer) => {
        await writer.replacePartition(model, JANUARY, turned);
        await writer.replaceTable(whole, turned);
      });
      expect(await rowsOf('tantieme.sums')).toEqual([['2026-01', 7n]]);
      expect(await rowsOf('tantieme.all_sums')).toEqual([['2026-01', 7n]]);
    });

    test('reads tables that were rebuilt before', async () => {
      await warehouse.transaction(async (writer) => {
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

  describe('a view', () => {
    test('can be read through another view, also over the rows of a transaction', async () => {
      const twice = {
        ...doubled,
        name: 'tantieme.doubled_twice',
        sql: 'select period, creator_id, 2 * amount_minor as amount_minor, reason from tantieme.doubled',
      };
      await warehouse.transaction(async (writer) => {
        await writer.createView(doubled);
        await writer.createView(twice);
      });
      await warehouse.transaction(async (writer) => {
        await writer.append(sums, [ada('2026-01', 1n)]);
        expect(await rowsOf('tantieme.doubled_twice', writer)).toEqual([['2026-01', 4n]]);
        await writer.append(sums, [ada('2026-02', 2n)]);
        expect(await rowsOf('tantieme.doubled_twice', writer)).toEqual([
          ['2026-01', 4n],
          ['2026-02', 8n],
        ]);
        expect(await rowsOf('tantieme.doubled_twice')).toEqual([]);
      });
      expect(await rowsOf('tantieme.doubled_twice')).toEqual([
        ['2026-01', 4n],
        ['2026-02', 8n],
      ]);
    });

    test('of a model reads the rebuilt model', async () => {
      const over = {
        ...doubled,
        sql: 'select period, creator_id, 2 * amount_minor as amount_minor, reason from tantieme.sums',
      };
      await warehouse.transaction((writer) => writer.createView(over));
      await warehouse.transaction(async (writer) => {
        await writer.replacePartition(model, JANUARY, selectOf(['2026-01', 1]));
        expect(await rowsOf('tantieme.doubled', writer)).toEqual([['2026-01', 2n]]);
      });
      expect(await rowsOf('tantieme.doubled')).toEqual([['2026-01', 2n]]);
    });

    test('can be replaced', async () => {
      await warehouse.transaction((writer) => writer.append(sums, [ada('2026-01', 1n)]));
      await warehouse.transaction((writer) => writer.createView(doubled));
      await warehouse.transaction((writer) =>
        writer.createView({ ...doubled, sql: doubled.sql.replace('2 *', '3 *') }),
      );
      expect(await rowsOf('tantieme.doubled')).toEqual([['2026-01', 3n]]);
    });
  });
});
