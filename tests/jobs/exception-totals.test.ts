import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { closePeriod } from '../../jobs/close-period.ts';
import { acknowledge } from '../../jobs/exceptions.ts';
import { Conflict } from '../../warehouse/errors.ts';
import { parsePeriod } from '../../warehouse/period.ts';
import { creatorEvents, PAYABLE, recordJanuary, sale } from './january.ts';
import { openTestServices, type TestServices } from './test-services.ts';

let harness: TestServices;
beforeAll(async () => {
  harness = await openTestServices();
});
afterAll(() => harness[Symbol.asyncDispose]());
beforeEach(async () => {
  await harness.restart();
  await recordJanuary(harness);
});

describe('what happened before the first period', () => {
  const [ada] = PAYABLE;
  const december = () =>
    sale(ada as never, {
      id: 'december',
      amount: '10.00',
      at: '2025-12-20T12:00:00.000Z',
      stripe: harness.stripe,
    });

  test('is an exception of the first closing, which says that the earlier month can be closed first', async () => {
    await harness.recordEvents(...creatorEvents(ada as never), december());
    await expect(harness.run(closePeriod, '2026-01')).rejects.toThrow(
      new Conflict(
        '1 exception of 2026-01 is not acknowledged: before_first_period 1 (10.00 USD). The books would begin with 2026-01. To book what happened before it, first in 2025-12, close the earlier months first. Look at it with "tantieme exceptions list 2026-01", and acknowledge it or cure it first.',
      ),
    );
    await harness.run(closePeriod, '2025-12');
    expect(await harness.run(closePeriod, '2026-01')).toMatchObject({ exceptions: 0, exceptions_by_reason: [] });
  });

  test('stays in suspense if that is acknowledged', async () => {
    await harness.recordEvents(december());
    await expect(harness.run(closePeriod, '2026-01')).rejects.toThrow(Conflict);
    await acknowledge(harness.services, {
      period: parsePeriod('2026-01'),
      reason: 'before_first_period',
      sentence: 'It was paid before.',
      by: 'Ada',
    });
    await harness.run(closePeriod, '2026-01');
    harness.setTime('2026-03-02T04:00:00.000Z');
    await expect(harness.run(closePeriod, '2026-02')).rejects.toThrow(
      /before_first_period 1 \(10\.00 USD\)\. Look at it/,
    );
  });
});
