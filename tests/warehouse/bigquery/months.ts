import { expect, test } from 'vitest';
import type { StatementDocument } from '../../../reports/statement/document.ts';
import { build } from '../../../transforms/engine/build.ts';
import { moveWarehouse } from '../../../transforms/engine/move-warehouse.ts';
import { allCloses } from '../../../transforms/ledger/closing.ts';
import { restatePeriod } from '../../../transforms/ledger/restate.ts';
import { LEDGER_TABLES } from '../../../transforms/ledger/tables.ts';
import { verifyPeriod } from '../../../transforms/ledger/verify.ts';
import { MODELS } from '../../../transforms/models.ts';
import { openDuckDb } from '../../../warehouse/duckdb/duckdb.ts';
import { parsePeriod } from '../../../warehouse/period.ts';
import type { Warehouse } from '../../../warehouse/warehouse.ts';
import { composeStatements } from '../../reports/statement/composed.ts';
import { FEBRUARY, SUSPENDED_IN_JANUARY } from '../../transforms/late-month.ts';
import {
  closeAt,
  JANUARY,
  openTestWarehouse,
  openThoroughWarehouse,
  recordEvents,
} from '../../transforms/small-month.ts';

const [DECEMBER, JANUARY_2026, FEBRUARY_2026] = [
  parsePeriod('2025-12'),
  parsePeriod('2026-01'),
  parsePeriod('2026-02'),
];
const PERIODS = [DECEMBER, JANUARY_2026, FEBRUARY_2026];

/** Three months: one without a fact, one with facts in suspense, and one with late facts and what cures some of the former. */
async function goThrough(warehouse: Warehouse): Promise<void> {
  await closeAt(warehouse, DECEMBER, '2026-01-02T08:00:00Z');
  await recordEvents(warehouse, '2026-02-01T00:00:00Z', JANUARY);
  await recordEvents(warehouse, '2026-02-01T00:00:01Z', SUSPENDED_IN_JANUARY);
  await closeAt(warehouse, JANUARY_2026, '2026-02-02T08:00:00Z');
  await recordEvents(warehouse, '2026-03-01T00:00:00Z', FEBRUARY);
  await closeAt(warehouse, FEBRUARY_2026, '2026-03-02T08:00:00Z');
  // The comparison with Stripe's records, which stays open.
  for (const period of PERIODS) await warehouse.transaction((writer) => build(writer, period, { parts: ['open'] }));
}

/** Every row of every table, in the order of its key. */
async function everything(warehouse: Warehouse): Promise<Record<string, unknown>> {
  const models = MODELS.filter(({ kind }) => kind === 'view' || kind === 'period');
  const rows: Record<string, unknown> = {};
  for (const { name, key } of [...models, ...LEDGER_TABLES]) {
    rows[name] = await warehouse.query(`select * from ${name} order by ${key.join(', ')}`);
  }
  return rows;
}

/**
 * Three small months on an empty warehouse, compared with DuckDB. `open` returns a new warehouse each time. `moves`: whether
 * one is also moved there from DuckDB, which takes long.
 */
export function smallMonths(open: () => Promise<Warehouse>, { moves = true }: { moves?: boolean } = {}): void {
  const on = async (work: (warehouses: { duckdb: Warehouse; bigquery: Warehouse }) => Promise<void>): Promise<void> => {
    const [duckdb, bigquery] = [await openThoroughWarehouse(), await open()];
    try {
      await work({ duckdb, bigquery });
    } finally {
      for (const warehouse of [duckdb, bigquery]) await warehouse.close();
    }
  };

  test('months have the same rows in every table, the same seals and statements with proofs, verify, are restated alike, and are moved back', () =>
    on(async ({ duckdb, bigquery }) => {
      await openTestWarehouse(bigquery);
      for (const warehouse of [duckdb, bigquery]) await goThrough(warehouse);
      const seals = await Promise.all([duckdb, bigquery].map(sealsOf));
      expect(seals[1]).toEqual(seals[0]);
      const [expected, got] = [await everything(duckdb), await everything(bigquery)];
      expect(got).toEqual(expected);
      for (const name of [
        'postings',
        'balances',
        'payouts',
        'suspended_facts',
        'reconciliations',
        'quarantined_events',
      ]) {
        expect(got[`tantieme.${name}`], name).not.toEqual([]);
      }
      for (const period of PERIODS) {
        for (const warehouse of [duckdb, bigquery]) {
          expect(await verifyPeriod(warehouse, period)).toMatchObject({ holds: true });
        }
        const statements = await statementsOf(bigquery, period);
        // Nothing happened in December.
        expect(statements.length > 0).toBe(period !== PERIODS[0]);
        expect(statements).toEqual(await statementsOf(duckdb, period));
      }
      const restated = await restatePeriod(bigquery, JANUARY_2026);
      expect(restated.differing).not.toEqual([]);
      expect(restated).toEqual(await restatePeriod(duckdb, JANUARY_2026));
      expect(await everything(bigquery)).toEqual(expected);
      // Moved to DuckDB, it has all its rows, and every closed period its seal.
      const moved = await openDuckDb({ path: ':memory:' });
      expect((await moveWarehouse(bigquery, moved)).periods).toEqual(PERIODS);
      expect(await everything(moved)).toEqual(expected);
      await moved.close();
      // A target with other rows is refused.
      await recordEvents(bigquery, '2026-04-03T00:00:00Z', JANUARY);
      await expect(moveWarehouse(duckdb, bigquery)).rejects.toThrow('move into an empty warehouse');
    }));

  test.skipIf(!moves)('a warehouse that is moved there has all its rows, and every closed period its seal', () =>
    on(async ({ duckdb, bigquery }) => {
      await goThrough(duckdb);
      expect((await moveWarehouse(duckdb, bigquery)).periods).toEqual(PERIODS);
      expect(await everything(bigquery)).toEqual(await everything(duckdb));
    }),
  );
}

async function sealsOf(warehouse: Warehouse): Promise<string[]> {
  return (await allCloses(warehouse)).map(({ seal }) => seal);
}

/** Composing a statement verifies its proof. */
function statementsOf(warehouse: Warehouse, period: (typeof PERIODS)[0]): Promise<StatementDocument[]> {
  return composeStatements(warehouse, { period, issuerName: 'Tantieme' });
}
