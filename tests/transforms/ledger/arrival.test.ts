import fc from 'fast-check';
import { expect, test } from 'vitest';
import { requireClose } from '../../../transforms/ledger/closing.ts';
import { verifyPeriod } from '../../../transforms/ledger/verify.ts';
import { parsePeriod } from '../../../warehouse/period.ts';
import { FULL_RUN } from '../../support/full-run.ts';
import { SUSPENDED_IN_JANUARY } from '../late-month.ts';
import { closeAt, JANUARY, openTestWarehouse, recordEvents } from '../small-month.ts';
import { rowsOf, textOf } from './late-facts.ts';

const january = parsePeriod('2026-01');
const LOADS = ['2026-02-01T00:00:00Z', '2026-02-01T06:00:00Z', '2026-02-01T12:00:00Z'] as const;
const EVENTS = [...rowsOf(JANUARY), ...rowsOf(SUSPENDED_IN_JANUARY)].filter(({ head }) => head.startsWith('`raw.'));

/** The seal of January after its events came in these loads, in this order. */
async function sealAfter(loads: readonly (typeof EVENTS)[]): Promise<string> {
  const warehouse = await openTestWarehouse();
  try {
    for (const [at, rows] of loads.entries()) {
      if (rows.length > 0) await recordEvents(warehouse, LOADS[at] ?? '', textOf(rows));
    }
    await closeAt(warehouse, january, '2026-02-02T08:00:00Z');
    expect(await verifyPeriod(warehouse, january)).toMatchObject({ holds: true });
    return (await requireClose(warehouse, january)).seal;
  } finally {
    await warehouse.close();
  }
}

test('in whatever order and in however many loads the events arrive, also twice, the seal is the same', async () => {
  const seal = await sealAfter([EVENTS]);
  const arrival = fc.tuple(
    fc.shuffledSubarray(EVENTS, { minLength: EVENTS.length }),
    fc.array(fc.constantFrom(0, 1, 2), { minLength: EVENTS.length, maxLength: EVENTS.length }),
    fc.subarray(EVENTS),
  );
  await fc.assert(
    fc.asyncProperty(arrival, async ([order, loadOf, again]) => {
      const loads = LOADS.map((_, load) => order.filter((_row, at) => loadOf[at] === load));
      loads[2] = [...(loads[2] ?? []), ...again];
      expect(await sealAfter(loads)).toBe(seal);
    }),
    { seed: 20_260_203, numRuns: FULL_RUN ? 4 : 2 },
  );
});
