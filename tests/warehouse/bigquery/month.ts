import { expect, test } from 'vitest';
import { build } from '../../../transforms/engine/build.ts';
import { moveWarehouse } from '../../../transforms/engine/move-warehouse.ts';
import { lastClose } from '../../../transforms/ledger/closing.ts';
import { verifyPeriod } from '../../../transforms/ledger/verify.ts';
import { MODELS } from '../../../transforms/models.ts';
import { parsePeriod } from '../../../warehouse/period.ts';
import type { Warehouse } from '../../../warehouse/warehouse.ts';
import { closeAt, JANUARY, openTestWarehouse, recordEvents } from '../../transforms/small-month.ts';

const PERIOD = parsePeriod('2026-01');

/** Loads a month, closes it, and reconciles it with the available records of Stripe. */
async function goThrough(warehouse: Warehouse): Promise<void> {
  await recordEvents(warehouse, '2026-02-01T00:00:00Z', JANUARY);
  await closeAt(warehouse, PERIOD, '2026-02-02T08:00:00Z');
  await warehouse.transaction((writer) => build(writer, PERIOD, { parts: ['open'] }));
}

/** Every row of every model, in the order of its key. */
async function everything(warehouse: Warehouse): Promise<Record<string, unknown>> {
  const rows: Record<string, unknown> = {};
  for (const { name, key } of MODELS) {
    rows[name] = await warehouse.query(`select * from ${name} order by ${key.join(', ')}`);
  }
  return rows;
}

/** A small month on an empty warehouse, compared with the same month on DuckDB. `open` returns a new warehouse each time. */
export function smallMonth(open: () => Promise<Warehouse>, { timeoutMs = 60_000 }: { timeoutMs?: number } = {}): void {
  const on = async (work: (warehouses: { duckdb: Warehouse; bigquery: Warehouse }) => Promise<void>): Promise<void> => {
    const [duckdb, bigquery] = [await openTestWarehouse(), await open()];
    try {
      await work({ duckdb, bigquery });
    } finally {
      for (const warehouse of [duckdb, bigquery]) await warehouse.close();
    }
  };

  test(
    'a month has the same rows in every model, the same seal, and verifies',
    () =>
      on(async ({ duckdb, bigquery }) => {
        await openTestWarehouse(bigquery);
        for (const warehouse of [duckdb, bigquery]) await goThrough(warehouse);
        const [expected, got] = [await everything(duckdb), await everything(bigquery)];
        expect(got).toEqual(expected);
        for (const name of [
          'tantieme.postings',
          'tantieme.balances',
          'tantieme.reconciliations',
          'tantieme.rejections',
        ]) {
          expect(got[name], name).not.toEqual([]);
        }
        expect(await lastClose(bigquery)).toEqual(await lastClose(duckdb));
        expect(await verifyPeriod(bigquery, PERIOD)).toMatchObject({ holds: true });
        expect(await everything(bigquery)).toEqual(expected);
      }),
    timeoutMs,
  );

  test(
    'a moved warehouse has all its rows, and every closed period has its seal',
    () =>
      on(async ({ duckdb, bigquery }) => {
        await goThrough(duckdb);
        const moved = await moveWarehouse(duckdb, bigquery);
        expect(moved.periods).toEqual([PERIOD]);
        expect(await lastClose(bigquery)).toEqual(await lastClose(duckdb));
        expect(await verifyPeriod(bigquery, PERIOD)).toMatchObject({ holds: true });
        // An interrupted move continues; a target with other rows is refused.
        expect(await moveWarehouse(duckdb, bigquery)).toEqual(moved);
        await recordEvents(bigquery, '2026-02-03T00:00:00Z', JANUARY);
        await expect(moveWarehouse(duckdb, bigquery)).rejects.toThrow('move into an empty warehouse');
      }),
    timeoutMs,
  );
}
