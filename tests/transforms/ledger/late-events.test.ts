import fc from 'fast-check';
import { expect, test } from 'vitest';
import { verifyPeriod } from '../../../transforms/ledger/verify.ts';
import { parsePeriod } from '../../../warehouse/period.ts';
import { FULL_RUN } from '../../support/full-run.ts';
import { openClosedJanuary } from '../closed-january.ts';
import { closeAt, recordEvents } from '../small-month.ts';
import { EVERY_LATE, textOf } from './late-facts.ts';

const PERIODS = [parsePeriod('2026-01'), parsePeriod('2026-02')] as const;

test('whatever the gateway accepts after a closing, every earlier seal still verifies', async () => {
  const some = fc.shuffledSubarray([...EVERY_LATE], { minLength: 1 });
  await fc.assert(
    fc.asyncProperty(some, fc.nat({ max: EVERY_LATE.length }), async (late, splitAt) => {
      const warehouse = await openClosedJanuary();
      try {
        const [first, second] = [late.slice(0, splitAt), late.slice(splitAt)];
        if (first.length > 0) await recordEvents(warehouse, '2026-02-02T08:00:00Z', textOf(first));
        await closeAt(warehouse, '2026-02', '2026-03-02T08:00:00Z');
        if (second.length > 0) await recordEvents(warehouse, '2026-03-02T08:00:00Z', textOf(second));
        for (const period of PERIODS) {
          expect(await verifyPeriod(warehouse, period), period).toMatchObject({ holds: true });
        }
      } finally {
        await warehouse.close();
      }
    }),
    { seed: 20_260_201, numRuns: FULL_RUN ? 4 : 2 },
  );
});
