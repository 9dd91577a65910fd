import { describe, expect, test } from 'vitest';
import { ada, doubled, JANUARY, model, selectOf, sums } from '../sums.ts';
import type { PortUnderTest } from './port-under-test.ts';

/** Views over what is stored and over what a transaction brings. */
export function views(port: PortUnderTest): void {
  const { rowsOf } = port;

  describe('a view', () => {
    test('can be read through another view, also over the rows of a transaction', async () => {
      const twice = {
        ...doubled,
        name: 'tantieme.doubled_twice',
        sql: 'select period, creator_id, 2 * amount_minor as amount_minor, reason from tantieme.doubled',
      };
      await port.warehouse.transaction(async (writer) => {
        await writer.createView(doubled);
        await writer.createView(twice);
      });
      await port.warehouse.transaction(async (writer) => {
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
      await port.warehouse.transaction((writer) => writer.createView(over));
      await port.warehouse.transaction(async (writer) => {
        await writer.replacePartition(model, JANUARY, selectOf(['2026-01', 1]));
        expect(await rowsOf('tantieme.doubled', writer)).toEqual([['2026-01', 2n]]);
      });
      expect(await rowsOf('tantieme.doubled')).toEqual([['2026-01', 2n]]);
    });

    test('can be replaced', async () => {
      await port.warehouse.transaction((writer) => writer.append(sums, [ada('2026-01', 1n)]));
      await port.warehouse.transaction((writer) => writer.createView(doubled));
      await port.warehouse.transaction((writer) =>
        writer.createView({ ...doubled, sql: doubled.sql.replace('2 *', '3 *') }),
      );
      expect(await rowsOf('tantieme.doubled')).toEqual([['2026-01', 3n]]);
    });
  });
}
