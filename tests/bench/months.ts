import { build } from '../../transforms/engine/build.ts';
import { closeBooks } from '../../transforms/ledger/close.ts';
import { verifyPeriod } from '../../transforms/ledger/verify.ts';
import { instant } from '../../warehouse/clock.ts';
import { randomSecret } from '../../warehouse/ids.ts';
import { nextPeriod, type Period, periodEnd, periodStart } from '../../warehouse/period.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import { SIZES, statements } from './books.ts';
import { type Figure, measured, medianOf } from './measure.ts';
import { freshWarehouse, inFolder, PERIOD } from './month.ts';

const MONTHS = 24;
const USES = Number(process.env.BENCH_USES ?? 50_000);
/** Three months at each end are compared. */
const EARLY = [2, 3, 4];
const LATE = [MONTHS - 2, MONTHS - 1, MONTHS];

/** The columns that name a row, or the row of another table, of the same month. */
const IDS = {
  asset_used: ['id', 'use_id'],
  license_purchased: ['id', 'sale_id'],
  license_refunded: ['id', 'refund_id', 'sale_id'],
} as const;
type Work = 'build' | 'close' | 'verify';

/** Whether a month costs as much after two years as in the beginning: equal months, one after the other, each closed. */
export async function benchMonths(): Promise<Figure[]> {
  return inFolder(async (folder) => {
    const warehouse = await freshWarehouse(folder);
    await warehouse.transaction(async (writer) => {
      for (const statement of statements({ ...SIZES, uses: USES })) await writer.query(statement);
      for (const table of Object.keys(IDS)) {
        await writer.query(`create table main.first_${table} as select * from raw.${table}`);
        await writer.query(`delete from raw.${table}`);
      }
    });
    const efforts = new Map<number, Record<Work, Awaited<ReturnType<typeof measured>>>>();
    let period: Period = PERIOD;
    for (let month = 1; month <= MONTHS; month++, period = nextPeriod(period)) {
      await addMonth(warehouse, period);
      const isCompared = [...EARLY, ...LATE].includes(month);
      const built = isCompared && (await buildAndForget(warehouse, period));
      const close = await closeMonth(warehouse, period);
      if (built)
        efforts.set(month, { build: built, close, verify: await measured(() => verifyPeriod(warehouse, period)) });
    }
    await warehouse.close();
    const of = (months: readonly number[], work: Work): number =>
      3600 / medianOf(months.flatMap((month) => efforts.get(month)?.[work] ?? [])).cpuSeconds;
    return (['build', 'close', 'verify'] as const).map((work) => ({
      name: `${work}, month ${MONTHS}`,
      unit: 'months a CPU hour',
      ours: of(LATE, work),
      limit: of(EARLY, work),
      limitIs: 'the same in month 2 (goal: 87 %)',
    }));
  });
}

/** The first month again, within the 28 days that every month has, under other ids. */
async function addMonth(warehouse: Warehouse, period: Period): Promise<void> {
  const [first, start] = [PERIOD, period].map((each) => `epoch_us(timestamptz '${instant(periodStart(each))}')`);
  const moved = (column: string): string =>
    `make_timestamptz(${start} + (epoch_us(${column}) - ${first}) * 28 // 31) as ${column}`;
  await warehouse.transaction(async (writer) => {
    for (const [table, ids] of Object.entries(IDS)) {
      const renamed = ids.map((id) => `${id} || ':${period}' as ${id}`);
      await writer.query(
        `insert into raw.${table} by name
         select * replace (${[...renamed, moved('timestamp'), moved('loaded_at')].join(', ')}) from main.first_${table}`,
      );
    }
  });
}

function buildAndForget(warehouse: Warehouse, period: Period) {
  return measured(() =>
    warehouse.withRollback((writer) => build(writer, period, { parts: ['books'], closing: period === PERIOD })),
  );
}

function closeMonth(warehouse: Warehouse, period: Period) {
  // The next month has rows from its first minute on, and none may have been recorded before the cutoff.
  const cutoffAt = instant(periodEnd(period));
  return measured(() =>
    warehouse.transaction(async (writer) => {
      await build(writer, period, { parts: ['books'], closing: true, into: 'ledger' });
      await closeBooks(writer, { period, cutoffAt, closedBy: 'bench', secret: randomSecret() });
    }),
  );
}
