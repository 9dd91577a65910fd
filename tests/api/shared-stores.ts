import type { OpenStores } from '../../api/boot/services.ts';
import { chargeCoverage } from '../../ingest/stripe/tables.ts';
import type { Services } from '../../jobs/job.ts';
import { instant } from '../../warehouse/clock.ts';
import { parsePeriod, periodEnd } from '../../warehouse/period.ts';
import { freshWarehouse } from '../jobs/fresh-warehouse.ts';
import { freshStore } from '../warehouse/operational/fresh-store.ts';

/** Empty stores, those that the files of a worker share. */
export async function sharedStores(): Promise<OpenStores & AsyncDisposable> {
  const [store, fresh] = [await freshStore(), await freshWarehouse()];
  return {
    operational: store.operational,
    warehouse: fresh.warehouse,
    async [Symbol.asyncDispose]() {
      for (const each of [fresh, store]) await each[Symbol.asyncDispose]();
    },
  };
}

/** As if Stripe's records of a month had been read: a closing needs them. */
export async function coverMonth({ warehouse }: Services, month: string): Promise<void> {
  const covered_until_at = instant(periodEnd(parsePeriod(month)));
  const covered = { covered_from_at: `${month}-01T00:00:00.000Z`, covered_until_at, recorded_at: covered_until_at };
  await warehouse.transaction((writer) => writer.append(chargeCoverage, [covered]));
}
