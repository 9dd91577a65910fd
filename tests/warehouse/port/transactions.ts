import { describe, expect, test } from 'vitest';
import { Conflict, InvariantBroken } from '../../../warehouse/errors.ts';
import { ada, FEBRUARY, JANUARY, model, selectOf, sums, whole } from '../sums.ts';
import type { PortUnderTest } from './port-under-test.ts';

/** What a transaction leaves, shows and waits for. */
export function transactions(port: PortUnderTest): void {
  const { rowsOf, all } = port;

  const amounts = async () => (await all()).map(([, amount]) => amount);

  describe('a transaction', () => {
    test('returns what its work returns, and is then visible to everyone', async () => {
      const seen = await port.warehouse.transaction(async (writer) => {
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
      await port.warehouse.transaction((writer) => writer.append(sums, [ada('2026-01', 1n)]));
      await port.warehouse.transaction(async (writer) => {
        await writer.append(sums, [ada('2026-02', 2n)]);
        expect(await all(writer)).toEqual([
          ['2026-01', 1n],
          ['2026-02', 2n],
        ]);
      });
    });

    test('that throws leaves nothing: no rows, replaced rows or models', async () => {
      await port.warehouse.transaction(async (writer) => {
        await writer.append(sums, [ada('2026-01', 1n)]);
        await writer.replaceTable(whole, selectOf(['2026-01', 1]));
        await writer.replacePartition(model, JANUARY, selectOf(['2026-01', 1]));
      });
      const broken = port.warehouse.transaction(async (writer) => {
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
      const broken = port.warehouse.transaction(async (writer) => {
        await writer.append(sums, [ada('2026-01', 1n)]);
        await writer.append(sums, [{ period: '2026-01', creator_id: null, amount_minor: 1n }]);
      });
      await expect(broken).rejects.toThrow(/creator_id/);
      await port.warehouse.transaction((writer) => writer.append(sums, [ada('2026-02', 2n)]));
      expect(await all()).toEqual([['2026-02', 2n]]);
    });

    test('waits for the previous one, so that a sum read within it stays correct', async () => {
      const raise = () =>
        port.warehouse.transaction(async (writer) => {
          const [row] = await writer.query<{ highest: bigint | null }>(
            'select max(amount_minor) as highest from ledger.sums',
          );
          await writer.append(sums, [ada('2026-01', (row?.highest ?? 0n) + 1n)]);
        });
      const outcomes = await Promise.allSettled([
        raise(),
        raise(),
        port.warehouse.transaction(() => Promise.reject(new Conflict('no'))),
        port.warehouse.withRollback((writer) => writer.append(sums, [ada('2026-01', 100n)])),
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
      const nested = port.warehouse.transaction(() => port.warehouse.withRollback(async () => undefined));
      await expect(nested).rejects.toThrow(InvariantBroken);
      await port.warehouse.transaction(async () => undefined);
    });

    test('that is running ends before the warehouse closes', async () => {
      let isOver = false;
      const written = port.warehouse.transaction(async (writer) => {
        await writer.append(sums, [ada('2026-01', 1n)]);
        await writer.query('select 1 as x from ledger.sums');
        isOver = true;
      });
      await port.warehouse.close();
      expect(isOver).toBe(true);
      await expect(written).resolves.toBeUndefined();
      await port.reopen();
    });

    test('refuses a column that the table does not have', async () => {
      const append = port.warehouse.transaction((writer) =>
        writer.append(sums, [{ ...ada('2026-01', 1n), colour: 'red' }]),
      );
      await expect(append).rejects.toThrow(
        new InvariantBroken('A row cannot be written to ledger.sums: it has no column colour.'),
      );
    });

    test('may query, and append to another table, while it appends', async () => {
      await port.warehouse.transaction(async (writer) => {
        const appended = Array.from({ length: 5 }, (_, index) => writer.append(sums, [ada('2026-01', BigInt(index))]));
        const counts = Array.from({ length: 3 }, () => writer.query('select count(*) as n from ledger.sums'));
        await Promise.all([...appended, ...counts]);
      });
      expect(await amounts()).toEqual([0n, 1n, 2n, 3n, 4n]);
    });
  });

  test('withRollback returns the result, and leaves nothing', async () => {
    const rows = await port.warehouse.withRollback(async (writer) => {
      await writer.append(sums, [ada('2026-01', 1n)]);
      return writer.query('select amount_minor from ledger.sums');
    });
    expect(rows).toEqual([{ amount_minor: 1n }]);
    expect(await all()).toEqual([]);
    await expect(port.warehouse.withRollback(() => Promise.reject(new Conflict('no')))).rejects.toThrow(Conflict);
  });
}
