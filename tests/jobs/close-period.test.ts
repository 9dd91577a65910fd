import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { closePeriod } from '../../jobs/close-period.ts';
import { loadEvents } from '../../jobs/load-events.ts';
import { approvePayouts } from '../../jobs/payouts/approve-payouts.ts';
import { planPayouts } from '../../jobs/payouts/plan-payouts.ts';
import { sendPayouts } from '../../jobs/payouts/send-payouts.ts';
import { verifyPeriod } from '../../transforms/ledger/closing.ts';
import { Conflict, Rejected } from '../../warehouse/errors.ts';
import type { Operational } from '../../warehouse/operational/operational.ts';
import { parsePeriod } from '../../warehouse/period.ts';
import { january, PAYABLE, sale } from './january.ts';
import { openWorld, type World } from './test-services.ts';

let operational: Operational;
let world: World;
beforeAll(async () => {
  world = await openWorld();
  ({ operational } = world.services);
});
afterAll(() => world[Symbol.asyncDispose]());
beforeEach(async () => {
  await world.restart();
  await world.happens(...january(PAYABLE, world.stripe));
});

const closes = () =>
  world.services.warehouse.query(
    'select period, closed_by, previous_seal is null as first from ledger.closes order by period',
  );
const pay = async (period: string) => {
  await world.run(planPayouts, period, 'ada');
  await world.run(approvePayouts, period, 'ben');
  return world.run(sendPayouts, period, 'ada');
};

describe('a period', () => {
  test('closes once it has ended, with a seal that anyone can compute again', async () => {
    world.at('2026-01-31T23:59:59.999Z');
    await expect(world.run(closePeriod, '2026-01')).rejects.toThrow(
      new Rejected('2026-01 cannot be closed: it ends at 2026-02-01T00:00:00.000Z.'),
    );
    world.at('2026-02-01T00:00:00.000Z');
    const { seal } = await world.run(closePeriod, '2026-01');
    expect(seal).toMatch(/^[0-9a-f]{64}$/);
    expect(await closes()).toEqual([{ period: '2026-01', closed_by: 'ada', first: true }]);
    const verified = await verifyPeriod(world.services.warehouse, parsePeriod('2026-01'));
    expect(verified).toEqual({ recorded: seal, stored: seal, recomputed: seal, holds: true });
  });

  test('closes once', async () => {
    await world.run(closePeriod, '2026-01');
    await expect(world.run(closePeriod, '2026-01')).rejects.toThrow(new Conflict('2026-01 is already closed.'));
    expect(await closes()).toHaveLength(1);
  });

  test('closes after the one before it', async () => {
    world.at('2026-05-01T00:00:00.000Z');
    await world.run(closePeriod, '2026-01');
    await expect(world.run(closePeriod, '2026-03')).rejects.toThrow(
      new Conflict('2026-03 cannot be closed before 2026-02; close that first.'),
    );
    await expect(world.run(closePeriod, '2025-12')).rejects.toThrow(new Conflict('2025-12 is already closed.'));
    await world.run(closePeriod, '2026-02');
    expect(await closes()).toEqual([
      { period: '2026-01', closed_by: 'ada', first: true },
      { period: '2026-02', closed_by: 'ada', first: false },
    ]);
  });

  test('that is the first to close leaves no facts behind it', async () => {
    world.at('2026-03-01T00:00:00.000Z');
    await expect(world.run(closePeriod, '2026-02')).rejects.toThrow(
      new Conflict('2026-02 cannot be closed before 2026-01, which has 4 facts; close that first.'),
    );
    expect(await closes()).toEqual([]);
    expect(await world.services.warehouse.query(`from tantieme.royalties`)).toEqual([]);
  });

  test('takes what is learned after it closed into the next, with the month that it was earned in', async () => {
    const [ada] = PAYABLE;
    await world.run(closePeriod, '2026-01');
    // The clock may even stand still: what is loaded after a closing is learned after it.
    await world.happens(
      sale(ada as never, { id: 'late', amount: '10.00', at: '2026-01-31T12:00:00.000Z', stripe: world.stripe }),
    );
    await world.run(loadEvents);
    world.at('2026-03-02T00:00:00.000Z');
    await world.run(closePeriod, '2026-02');
    expect(
      await world.services.warehouse.query(
        `select period, earned_period, royalty_amount from tantieme.royalties where revenue_event_id = 'sale_late'`,
      ),
    ).toEqual([{ period: '2026-02', earned_period: '2026-01', royalty_amount: '8' }]);
    expect(await verifyPeriod(world.services.warehouse, parsePeriod('2026-01'))).toMatchObject({ holds: true });
  });
});

describe('payouts of the month before', () => {
  test('that are approved but not sent hold a closing up; planned ones lapse', async () => {
    await world.run(closePeriod, '2026-01');
    await world.run(planPayouts, '2026-01', 'ada');
    await world.run(approvePayouts, '2026-01', 'ben');
    world.at('2026-03-02T04:00:00.000Z');
    await expect(world.run(closePeriod, '2026-02')).rejects.toThrow(
      new Conflict('2026-02 cannot be closed while payouts of 2026-01 are approved but not sent; send them first.'),
    );
    await operational.updateTable('payout_batches').set({ state: 'planned', approved_by: null }).execute();
    await world.run(closePeriod, '2026-02');
    await expect(world.run(approvePayouts, '2026-01', 'ben')).rejects.toThrow(
      new Conflict(
        'The payouts of 2026-01 can no longer be made: 2026-02 is closed, and its balances contain what is still owed.',
      ),
    );
  });

  test('that were sent and are not in the books hold a closing up', async () => {
    await world.run(closePeriod, '2026-01');
    await pay('2026-01');
    await world.services.warehouse.transaction((writer) =>
      writer.query(`delete from raw.payout_sent where creator_id = 'cr_ada'`),
    );
    world.at('2026-03-02T04:00:00.000Z');
    await expect(world.run(closePeriod, '2026-02')).rejects.toThrow(
      new Conflict('2026-02 cannot be closed: 1 payouts were sent, but the books do not know them yet.'),
    );
  });

  test.each(['approve-payouts', 'send-payouts'])(
    'are not made while a month closes, nor the other way round: %s',
    async (job) => {
      await world.run(closePeriod, '2026-01');
      await world.run(planPayouts, '2026-01', 'ada');
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
            lease_expires_at: '2026-03-02T04:01:00.000Z',
            finished_at: null,
            progress: null,
            outcome: null,
            error: null,
          })
          .execute();
      world.at('2026-03-02T04:00:00.000Z');
      await running(job);
      await expect(world.run(closePeriod, '2026-02')).rejects.toThrow(
        new Conflict(`${job} is running for 2026-02; wait for it to end.`),
      );
      await operational.deleteFrom('job_runs').execute();
      await running('close-period');
      await expect(world.run(approvePayouts, '2026-01', 'ben')).rejects.toThrow(/close-period is running for 2026-02/);
      await operational.updateTable('payout_batches').set({ state: 'approved', approved_by: 'ben' }).execute();
      await expect(world.run(sendPayouts, '2026-01')).rejects.toThrow(/close-period is running for 2026-02/);
      expect(world.stripe.transfers()).toEqual([]);
    },
  );

  test('that are sent late, when the next month is over but not closed, are not paid again with it', async () => {
    const [ada] = PAYABLE;
    await world.run(closePeriod, '2026-01');
    world.at('2026-03-01T10:00:00.000Z');
    await world.happens(
      sale(ada as never, { id: 'february', amount: '50.00', at: '2026-02-10T12:00:00.000Z', stripe: world.stripe }),
    );
    expect(await pay('2026-01')).toMatchObject({ sent: 3 });
    world.at('2026-03-02T04:00:00.000Z');
    await world.run(closePeriod, '2026-02');
    expect(await pay('2026-02')).toMatchObject({ sent: 1, skipped: 2 });
    world.at('2026-04-02T04:00:00.000Z');
    await world.run(closePeriod, '2026-03');
    expect(await pay('2026-03')).toMatchObject({ sent: 0 });
    const paid = world.stripe
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
