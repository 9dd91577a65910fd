import { describe, expect, test } from 'vitest';
import { allCloses } from '../../../transforms/ledger/closing.ts';
import { requireSealed } from '../../../transforms/ledger/seal.ts';
import { verifyPeriod } from '../../../transforms/ledger/verify.ts';
import { parsePeriod } from '../../../warehouse/period.ts';
import { closedMonths, loadClosedMonths } from '../../support/closed-months.ts';

/** Months that earlier versions closed keep their seal, and building them again by their own rules gives it. */
describe.each(closedMonths())('version %s', (version) => {
  test('its closed months verify', async () => {
    const warehouse = await loadClosedMonths(version);
    try {
      const periods = (await allCloses(warehouse)).map(({ period }) => parsePeriod(period));
      expect(periods.length).toBeGreaterThan(0);
      for (const period of periods) {
        expect(await requireSealed(warehouse, period)).toMatchObject({ period });
        expect(await verifyPeriod(warehouse, period), period).toMatchObject({ holds: true });
      }
    } finally {
      await warehouse.close();
    }
  });
});

test('there is at least one', () => {
  expect(closedMonths()).not.toEqual([]);
});
