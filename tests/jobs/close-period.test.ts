import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { closePeriod } from '../../jobs/close-period.ts';
import { loadEvents } from '../../jobs/load-events.ts';
import { approvePayouts } from '../../jobs/payouts/approve-payouts.ts';
import { planPayouts } from '../../jobs/payouts/plan-payouts.ts';
import { sendPayouts } from '../../jobs/payouts/send-payouts.ts';
import { verifyPeriod } from '../../transforms/ledger/verify.ts';
import { Conflict, Rejected } from '../../warehouse/errors.ts';
import type { Operational } from '../../warehouse/operational/operational.ts';
import { parsePeriod } from '../../warehouse/period.ts';
import { restartWithJanuary } from './closed-january.ts';
import { PAYABLE, recordJanuary, sale } from './january.ts';
import { openTestServices, type TestServices } from './test-services.ts';

let operational: Operational;
let harness: TestServices;
beforeAll(async () => {
  harness = await openTestServices();
  ({ operational } = harness.services);
});
afterAll(() => harness[Symbol.asyncDispose]());

const closes = () =>
  harness.services.warehouse.query(
    'select period, closed_by, previous_seal is null as first from ledger.closes order by period',
  );

test('an open period can be closed from its end on, with a seal that can be computed again', async () => {
  await recordJanuary(harness);
  harness.setTime('2026-01-31T23:59:59.999Z');
  await expect(harness.run(closePeriod, '2026-01')).rejects.toThrow(
    new Rejected('2026-01 cannot be closed: it ends at 2026-02-01T00:00:00.000Z; close it after that.'),
  );
  harness.setTime('2026-02-01T00:00:00.000Z');
  const outcome = await harness.run(closePeriod, '2026-01');
  const { seal } = outcome;
  expect(seal).toMatch(/^[0-9a-f]{64}$/);
  const [close] = await harness.services.warehouse.query('select blinding_secret from ledger.closes');
  expect(close?.blinding_secret).toMatch(/^[0-9a-f]{64}$/);
  expect(JSON.stringify(outcome)).not.toContain(close?.blinding_secret);
  expect(await closes()).toEqual([{ period: '2026-01', closed_by: 'ada', first: true }]);
  const verified = await verifyPeriod(harness.services.warehouse, parsePeriod('2026-01'));
  expect(verified).toEqual({
    recorded: seal,
    stored: seal,
    recomputed: seal,
    holds: true,
    changed_sources: [],
    changed_fact_keys: [],
  });
});

describe('a closed period', () => {
  beforeAll(() => restartWithJanuary(harness));

  test('can be closed only once', async () => {
    await expect(harness.run(closePeriod, '2026-01')).rejects.toThrow(new Conflict('2026-01 is already closed.'));
    expect(await closes()).toHaveLength(1);
  });

  test('is followed by the next one, and by no other', async () => {
    harness.setTime('2026-05-01T00:00:00.000Z');
    await expect(harness.run(closePeriod, '2026-03')).rejects.toThrow(
      new Conflict('2026-03 cannot be closed before 2026-02; close 2026-02 first.'),
    );
    await expect(harness.run(closePeriod, '2025-12')).rejects.toThrow(
      new Conflict(
        '2025-12 cannot be closed: the books begin with 2026-01, the first period that was closed. Anything earned before that is booked in 2026-02, the next period to close.',
      ),
    );
  });
});

describe('the next period', () => {
  const [ada] = PAYABLE;
  beforeAll(async () => {
    await restartWithJanuary(harness);
    await harness.run(planPayouts, '2026-01', 'ada');
    // The clock may even stand still: an event loaded after a closing is recorded after it.
    await harness.recordEvents(
      sale(ada as never, { id: 'late', amount: '10.00', at: '2026-01-31T12:00:00.000Z', stripe: harness.stripe }),
    );
    await harness.run(loadEvents);
    harness.setTime('2026-03-02T04:00:00.000Z');
    await harness.run(closePeriod, '2026-02');
  });

  test('is closed after the first, and then only a later one', async () => {
    expect(await closes()).toEqual([
      { period: '2026-01', closed_by: 'ada', first: true },
      { period: '2026-02', closed_by: 'ada', first: false },
    ]);
    await expect(harness.run(closePeriod, '2026-01')).rejects.toThrow(new Conflict('2026-01 is already closed.'));
    await expect(harness.run(closePeriod, '2024-09')).rejects.toThrow(
      /^2024-09 cannot be closed: the books begin with 2026-01, .* is booked in 2026-03, the next period to close\.$/,
    );
  });

  test('has the events that were recorded after the closing before it, with the month they were earned in', async () => {
    expect(
      await harness.services.warehouse.query(
        `select period, earned_period, royalty_amount from tantieme.royalties where revenue_event_id = 'sale_late'`,
      ),
    ).toEqual([{ period: '2026-02', earned_period: '2026-01', royalty_amount: '8' }]);
    expect(await verifyPeriod(harness.services.warehouse, parsePeriod('2026-01'))).toMatchObject({ holds: true });
  });

  test('ends the time in which the payouts of the one before it can be approved', async () => {
    await expect(harness.run(approvePayouts, '2026-01', 'ben')).rejects.toThrow(
      new Conflict(
        'The payouts of 2026-01 can no longer be made: 2026-02 is closed, and its balances contain the amounts still owed; pay 2026-02 instead.',
      ),
    );
  });
});

describe('payouts of the previous period', () => {
  beforeEach(() => restartWithJanuary(harness));

  test('that are not sent do not block the closing; their amounts are paid with the next month, and only once', async () => {
    await harness.run(planPayouts, '2026-01', 'ada');
    await harness.run(approvePayouts, '2026-01', 'ben');
    harness.setTime('2026-03-02T04:00:00.000Z');
    await harness.run(closePeriod, '2026-02');
    expect(await harness.run(planPayouts, '2026-02', 'ada')).toMatchObject({ payouts: 3 });
    expect(await harness.run(sendPayouts, '2026-01')).toMatchObject({ sent: 0, waiting: 0, cancelled: 3 });
    expect(harness.stripe.transfers()).toEqual([]);
    await harness.run(approvePayouts, '2026-02', 'ben');
    expect(await harness.run(sendPayouts, '2026-02')).toMatchObject({ sent: 3, waiting: 0 });
    expect(harness.stripe.transfers()).toHaveLength(3);
  });

  test('whose outcome is unknown are looked up when the next month is planned, and their balance is not planned before', async () => {
    harness.faults(({ method, path }) =>
      method === 'POST' && path === '/v1/transfers' ? 'truncate_after_commit' : undefined,
    );
    await expect(harness.pay('2026-01')).rejects.toThrow(/does not answer/);
    expect(harness.stripe.transfers()).toHaveLength(3);
    harness.setTime('2026-03-02T04:00:00.000Z');
    await harness.run(closePeriod, '2026-02');
    // While Stripe cannot be asked, nobody knows whether they were paid.
    harness.faults(({ path }) => (path === '/v1/transfers' ? 'rate_limit' : undefined));
    expect(await harness.run(planPayouts, '2026-02', 'ada')).toMatchObject({ payouts: 0 });
    const reasons = async () =>
      (
        await operational.selectFrom('payout_lines').select('reason').where('batch_id', '=', 'batch_2026-02').execute()
      ).map(({ reason }) => reason);
    expect(await reasons()).toEqual(Array(3).fill('payout_unsettled'));
    harness.faults(() => undefined);
    expect(await harness.run(sendPayouts, '2026-01')).toMatchObject({ sent: 3, waiting: 0 });
    expect(harness.stripe.transfers()).toHaveLength(3);
  });

  test('that were sent but are not in the ledger yet block the closing', async () => {
    await harness.pay('2026-01');
    await harness.services.warehouse.transaction((writer) =>
      writer.query(`delete from raw.payout_sent where creator_id = 'cr_ada'`),
    );
    harness.setTime('2026-03-02T04:00:00.000Z');
    await expect(harness.run(closePeriod, '2026-02')).rejects.toThrow(
      new Conflict(
        '2026-02 cannot be closed: 1 payout was sent but is not in the ledger yet; run load-events, then try again.',
      ),
    );
  });

  test('are not approved or sent while a closing runs, nor the other way round', async () => {
    await harness.run(planPayouts, '2026-01', 'ada');
    const running = (name: string) =>
      operational
        .insertInto('job_runs')
        .values({
          run_id: 'run_other',
          job: name,
          period: '2026-02',
          state: 'running',
          started_by: 'eve',
          started_at: '2026-03-02T04:00:00.000Z',
          lease_expires_at: '2999-01-01T00:00:00.000Z',
          finished_at: null,
          progress: null,
          outcome: null,
          error: null,
        })
        .execute();
    harness.setTime('2026-03-02T04:00:00.000Z');
    for (const job of ['approve-payouts', 'send-payouts']) {
      await running(job);
      await expect(harness.run(closePeriod, '2026-02')).rejects.toThrow(
        new Conflict(`${job} is running for 2026-02; wait for it to end.`),
      );
      await operational.deleteFrom('job_runs').execute();
    }
    await running('close-period');
    await expect(harness.run(approvePayouts, '2026-01', 'ben')).rejects.toThrow(/close-period is running for 2026-02/);
    const approved = { state: 'approved' as const, approved_by: 'ben', ledger_seal: 's', approval_hash: 'h' };
    await operational.updateTable('payout_batches').set(approved).execute();
    await expect(harness.run(sendPayouts, '2026-01')).rejects.toThrow(/close-period is running for 2026-02/);
    expect(harness.stripe.transfers()).toEqual([]);
  });

  test('that are sent after the next month has ended but before its closing are not paid twice', async () => {
    const [ada] = PAYABLE;
    harness.setTime('2026-03-01T10:00:00.000Z');
    await harness.recordEvents(
      sale(ada as never, { id: 'february', amount: '50.00', at: '2026-02-10T12:00:00.000Z', stripe: harness.stripe }),
    );
    expect(await harness.pay('2026-01')).toMatchObject({ sent: 3 });
    harness.setTime('2026-03-02T04:00:00.000Z');
    await harness.run(closePeriod, '2026-02');
    expect(await harness.pay('2026-02')).toMatchObject({ sent: 1, skipped: 2 });
    harness.setTime('2026-04-02T04:00:00.000Z');
    await harness.run(closePeriod, '2026-03');
    expect(await harness.pay('2026-03')).toMatchObject({ sent: 0 });
    const paid = harness.stripe
      .transfers()
      .map(({ destination, amount }) => [destination, amount])
      .sort();
    expect(paid).toEqual([
      ['acct_ada', 4000],
      ['acct_ada', 8000],
      ['acct_ben', 7998],
      ['acct_cai', 16_000],
    ]);
  });
});
