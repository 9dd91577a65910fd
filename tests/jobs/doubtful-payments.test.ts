import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildPeriod } from '../../jobs/build-period.ts';
import { closePeriod } from '../../jobs/close-period.ts';
import { approveCorrections, proposeCorrection } from '../../jobs/corrections.ts';
import { type AcknowledgeRequest, acknowledge, exceptionsOf } from '../../jobs/exceptions.ts';
import { issueStatements } from '../../jobs/issue-statements.ts';
import { loadEvents } from '../../jobs/load-events.ts';
import { pullFromStripe } from '../../jobs/pull-from-stripe.ts';
import { verifyPeriod } from '../../transforms/ledger/verify.ts';
import { parsePeriod } from '../../warehouse/period.ts';
import type { Message } from '../ingest/load/receipts.ts';
import { charged, published, purchased, recordJanuary } from './january.ts';
import { openTestServices, type TestServices } from './test-services.ts';

const JANUARY = parsePeriod('2026-01');

let harness: TestServices;
beforeAll(async () => {
  harness = await openTestServices();
  await recordJanuary(harness);
});
afterAll(() => harness[Symbol.asyncDispose]());

const listed = async () =>
  (await exceptionsOf(harness.services, JANUARY)).map((each) => [
    each.exception_id,
    each.exception_reason,
    each.suspended_amount,
    each.flagged_amount,
  ]);
const balances = () =>
  harness.services.warehouse.query<Record<string, bigint>>(
    `select period, closing_minor, held_minor, payable_minor from tantieme.balances where creator_id = 'cr_ada' order by period`,
  );
const accept = (request: Partial<AcknowledgeRequest>) =>
  acknowledge(harness.services, { period: JANUARY, sentence: 'Finance is looking into it.', by: 'Ada', ...request });

/** A sale of Ada's song. */
const sold = (id: string, amount: string, charge = `ch_${id}`): Message =>
  purchased({ id, amount, charge, asset_id: 'asset_song' });

test('what buyers have not paid at Stripe is not paid out before it is, and one payment is not paid out twice', async () => {
  charged(harness.stripe, { id: 'once', amount: '100.00' });
  charged(harness.stripe, { id: 'pair', amount: '10.00' });
  await harness.recordEvents(
    published({ asset_id: 'asset_song', creator_id: 'cr_ada', terms_id: 'terms_song' }),
    sold('once', '100.00'),
    sold('again', '100.00', 'ch_once'),
    sold('unpaid', '50.00'),
    // Of two reports in one load, the one that arrived first stands, whatever their ids.
    { ...sold('pair', '10.00'), messageId: 'msg_z' },
    { ...sold('pair', '12.00'), messageId: 'msg_a' },
  );
  await harness.run(loadEvents);
  await harness.recordEvents(sold('once', '90.00'));
  await harness.run(pullFromStripe);
  await expect(harness.run(closePeriod, '2026-01')).rejects.toThrow(
    /^3 exceptions of 2026-01 are not acknowledged: charge_exceeded 1 \(100\.00 USD\), reports_differ 2 \(110\.00 USD\)\./,
  );
  expect(await listed()).toEqual([
    ['charge_missing:sale:sale_unpaid', 'charge_missing', null, '50'],
    ['reports_differ:sale:sale_once', 'reports_differ', null, '100'],
    ['reports_differ:sale:sale_pair', 'reports_differ', null, '10'],
    ['sale:sale_again', 'charge_exceeded', '100', null],
  ]);
  await accept({ exceptionIds: (await listed()).map(([id]) => String(id)) });
  await harness.run(closePeriod, '2026-01');
  // 80.00 for her sale in `january`, 80.00 and 8.00 for the paid sales of the song, and 40.00 for the unpaid one, which is held.
  expect(await balances()).toEqual([
    { period: '2026-01', closing_minor: 208_00n, held_minor: 40_00n, payable_minor: 168_00n },
  ]);

  // What Stripe has later, under an older time, changes nothing in the month that is closed.
  charged(harness.stripe, { id: 'unpaid', amount: '50.00' });
  await harness.run(pullFromStripe);
  expect(await verifyPeriod(harness.services.warehouse, JANUARY)).toMatchObject({ holds: true });
  expect(await harness.run(issueStatements, '2026-01')).toMatchObject({ issued: 3, statements: 3 });
  expect(await harness.pay('2026-01')).toMatchObject({ sent: 3, skipped: 0 });
  harness.setTime('2026-03-02T04:00:00.000Z');
  await harness.run(buildPeriod, '2026-02');
  await accept({ period: parsePeriod('2026-02'), reason: 'charge_exceeded' });
  await harness.run(closePeriod, '2026-02');
  expect((await balances())[1]).toEqual({
    period: '2026-02',
    closing_minor: 40_00n,
    held_minor: 0n,
    payable_minor: 40_00n,
  });
  expect(await verifyPeriod(harness.services.warehouse, parsePeriod('2026-02'))).toMatchObject({ holds: true });
});

test('a sale larger than its charge is not payable, nor one without a charge before somebody else confirms it', async () => {
  await harness.restart();
  await recordJanuary(harness);
  charged(harness.stripe, { id: 'one', amount: '1.00' });
  await harness.recordEvents(
    published({ asset_id: 'asset_song', creator_id: 'cr_ada', terms_id: 'terms_song' }),
    sold('forged', '99999.00', 'ch_one'),
    sold('transfer', '50.00'),
  );
  // Nothing was pulled: the closing reads Stripe's records itself, to the end, however often it is tried.
  harness.faults(({ path }) => (path === '/v1/payouts' ? { forbidden: 'Payouts are not for this key.' } : undefined));
  for (let attempt = 0; attempt < 2; attempt++) {
    await expect(harness.run(closePeriod, '2026-01')).rejects.toThrow(
      /^Stripe could not be read: .*Payouts are not for this key/,
    );
  }
  harness.faults(() => undefined);
  // What is on hold need not be acknowledged.
  await harness.run(closePeriod, '2026-01');
  expect(await listed()).toEqual([
    ['charge_exceeded:sale:sale_forged', 'charge_exceeded', null, '99999'],
    ['charge_missing:sale:sale_transfer', 'charge_missing', null, '50'],
  ]);
  expect((await balances())[0]).toMatchObject({
    closing_minor: 80_119_20n,
    held_minor: 80_039_20n,
    payable_minor: 80_00n,
  });

  const doubt = { kind: 'doubt', reason: 'Paid by bank transfer.', reference: 'statement 7, line 3', by: 'Ada' };
  await expect(proposeCorrection(harness.services, { ...doubt, id: 'sale_ada_0' })).rejects.toThrow(
    'The sale sale_ada_0 is not in doubt in the last build, so no doubt about it can be void; check the id, or build the month first.',
  );
  harness.setTime('2026-02-10T04:00:00.000Z');
  const { correction } = await proposeCorrection(harness.services, { ...doubt, id: 'sale_transfer' });
  await approveCorrections(harness.services, { ids: [correction.correction_id], by: 'Ben' });
  await harness.run(loadEvents);
  harness.setTime('2026-03-02T04:00:00.000Z');
  await harness.run(closePeriod, '2026-02');
  expect((await balances())[1]).toMatchObject({
    closing_minor: 80_119_20n,
    held_minor: 79_999_20n,
    payable_minor: 120_00n,
  });
});
