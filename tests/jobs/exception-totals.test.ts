import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { buildPeriod } from '../../jobs/build-period.ts';
import { closePeriod } from '../../jobs/close-period.ts';
import { acknowledge, exceptionsOf } from '../../jobs/exceptions.ts';
import { Conflict } from '../../warehouse/errors.ts';
import { parsePeriod } from '../../warehouse/period.ts';
import { type TemporaryFolder, temporaryFolder } from '../warehouse/folder.ts';
import { charged, january, PAYABLE, purchased, recordJanuary, refunded } from './january.ts';
import { openTestServices, type TestServices } from './test-services.ts';

const DECEMBER = { id: 'december', amount: '10.00', asset_id: 'asset_ada', at: '2025-12-20T12:00:00.000Z' };

let harness: TestServices;
let folder: TemporaryFolder;
let refusal: unknown;
beforeAll(async () => {
  harness = await openTestServices();
  await recordJanuary(harness);
  await harness.recordEvents(purchased(DECEMBER), refunded({ id: 'december', amount: '4.00' }));
  charged(harness.stripe, DECEMBER);
  // The closing must not read this draft: the month would not be in the books.
  await harness.run(buildPeriod, '2025-12');
  refusal = await harness.run(closePeriod, '2026-01').catch((error: unknown) => error);
  folder = await temporaryFolder();
  await harness.save(join(folder.path, 'refused.duckdb'));
});
afterAll(async () => {
  await harness[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});
beforeEach(async () => {
  await harness.restart({ saved: join(folder.path, 'refused.duckdb') });
  january(PAYABLE, harness.stripe);
  charged(harness.stripe, DECEMBER);
});

describe('what happened before the first period', () => {
  test('is an exception of the first closing, and so is its refund; the message says that the earlier month can be closed first', async () => {
    expect(refusal).toEqual(
      new Conflict(
        '2 exceptions of 2026-01 are not acknowledged: before_first_period 1 (10.00 USD), sale_suspended 1 (4.00 USD). The books would begin with 2026-01. To book what happened before it, first in 2025-12, close the earlier months first. Look at them with "tantieme exceptions list 2026-01", and acknowledge them or cure them first.',
      ),
    );
    const listed = await exceptionsOf(harness.services, parsePeriod('2026-01'));
    expect(listed.map((each) => each.exception_reason).sort()).toEqual(['before_first_period', 'sale_suspended']);
    await harness.run(closePeriod, '2025-12');
    expect(await harness.run(closePeriod, '2026-01')).toMatchObject({ exceptions: 0, exceptions_by_reason: [] });
  });

  test('stays in suspense if both are acknowledged', async () => {
    for (const reason of ['before_first_period', 'sale_suspended']) {
      const request = { period: parsePeriod('2026-01'), reason, sentence: 'It was paid before.', by: 'Ada' };
      await acknowledge(harness.services, request);
    }
    await harness.run(closePeriod, '2026-01');
    harness.setTime('2026-03-02T04:00:00.000Z');
    await expect(harness.run(closePeriod, '2026-02')).rejects.toThrow(
      /before_first_period 1 \(10\.00 USD\), sale_suspended 1 \(4\.00 USD\)\. Look at them/,
    );
  });
});
