import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { closePeriod } from '../../../jobs/close-period.ts';
import { loadEvents } from '../../../jobs/load-events.ts';
import { confirmPayouts } from '../../../jobs/payouts/confirm-payouts.ts';
import { pullFromStripe } from '../../../jobs/pull-from-stripe.ts';
import { reconcileStripe } from '../../../jobs/reconcile-stripe.ts';
import { runJob } from '../../../jobs/run-job.ts';
import { restartWithJanuary } from '../closed-january.ts';
import { accountUpdated, PAYABLE } from '../january.ts';
import { openTestServices, type TestServices } from '../test-services.ts';

let harness: TestServices;
beforeAll(async () => {
  harness = await openTestServices();
});
afterAll(() => harness[Symbol.asyncDispose]());
beforeEach(() => restartWithJanuary(harness, PAYABLE));

const at = (day: string): number => Date.parse(`2026-02-${day}T12:00:00.000Z`);

/** Pulls, and books twice: what is given back of a fee is booked once its transfer is. Returns how many transfers were new. */
async function book(): Promise<unknown[]> {
  const found: unknown[] = [];
  for (let pass = 0; pass < 2; pass++) {
    const services = { ...harness.services, destinationCharges: true };
    const outcome = await runJob(services, { job: confirmPayouts, period: undefined, startedBy: 'ada' });
    found.push(outcome.destination_transfers);
    await harness.run(loadEvents);
  }
  return found;
}

/** The events of a kind: creator, amount and account. */
async function reported(event: string): Promise<string[]> {
  const rows = harness.services.operational.selectFrom('outbox').select('properties').where('event', '=', event);
  return (await rows.orderBy('entry').execute()).map(({ properties }) => {
    const { creator_id, amount, account_id_stripe } = properties as Record<string, string>;
    return [creator_id, amount, account_id_stripe].join(' ');
  });
}

async function pullAt(time: string): Promise<void> {
  harness.setTime(time);
  await harness.run(pullFromStripe);
}

async function handOver(): Promise<void> {
  await harness.recordEvents(
    accountUpdated('ada', { account: 'acct_new', at: '2026-02-05T20:00:00.000Z' }),
    accountUpdated('ben', { account: 'acct_ada', at: '2026-02-05T21:00:00.000Z' }),
  );
  await harness.run(loadEvents);
}

/** A charge of 40.00 USD whose transfer goes to acct_ada, less an application fee of 5.00. */
function charge(): void {
  harness.stripe.charge({
    ...{ id: 'ch_sent', amount_minor: 40_00, currency: 'usd', created_at_ms: at('03') },
    destination: { account: 'acct_ada', fee_minor: 5_00 },
  });
}

function refund(amount_minor: number): void {
  harness.stripe.refund({
    ...{ id: 're_sent', charge: 'ch_sent', amount_minor, created_at_ms: at('10') },
    ...{ reverse_transfer: true, refund_application_fee: true },
  });
}

/** The breaks of February that are not about the charge itself and its refund, which nothing reports here. */
async function breaks(): Promise<unknown[]> {
  await harness.run(reconcileStripe, '2026-02');
  const rows = await harness.services.warehouse.query<{ break_id: string; break_class: string }>(
    `select break_id, break_class from tantieme.breaks where period = '2026-02' and flow_kind not in ('charge', 'refund') order by break_id`,
  );
  return rows.map(({ break_class }) => break_class);
}

test('a charge with an application fee, and its whole refund, leave nothing on the connected accounts', async () => {
  charge();
  await pullAt('2026-02-06T04:00:00.000Z');
  expect(await breaks()).toEqual(['destination_charge']);
  expect(await book()).toEqual([1, 0]);
  expect(await breaks()).toEqual([]);
  refund(40_00);
  await pullAt('2026-03-02T04:00:00.000Z');
  expect(await breaks()).toEqual(['destination_charge', 'reversed_after_settlement']);
  expect(await book()).toEqual([1, 0]);
  expect(await breaks()).toEqual([]);
  await harness.run(closePeriod, '2026-02');
  const { warehouse } = harness.services;
  const balance = `select payouts_minor, payout_reversals_minor from tantieme.balances
    where period = '2026-02' and creator_id = 'cr_ada' and currency = 'USD'`;
  expect(await warehouse.query(balance)).toEqual([{ payouts_minor: 40_00n, payout_reversals_minor: 40_00n }]);
  const left = `select account, cast(sum(posting_amount) as int64) as amount from ledger.postings
    where period = '2026-02' and account in ('connected_accounts', 'suspense') group by account`;
  expect(await warehouse.query(left)).toEqual([{ account: 'connected_accounts', amount: 0n }]);
});

test('what is given back of the fee, and what is reversed, is of the creator to whom the transfer is booked', async () => {
  charge();
  await pullAt('2026-02-06T04:00:00.000Z');
  expect(await book()).toEqual([1, 0]);
  await handOver();
  refund(20_00);
  await pullAt('2026-02-11T04:00:00.000Z');
  expect(await book()).toEqual([1, 0]);
  expect(await reported('Payout Sent')).toEqual(['cr_ada 35.00 acct_ada', 'cr_ada 2.50 acct_ada']);
  expect(await reported('Payout Reversed')).toEqual(['cr_ada 20.00 acct_ada']);
});

test('what was reversed before it was booked is of the creator who had the account; until then the break holds both', async () => {
  charge();
  refund(20_00);
  await pullAt('2026-03-02T04:00:00.000Z');
  await handOver();
  await harness.run(reconcileStripe, '2026-02');
  const concerned = await harness.services.warehouse.query(
    `select break_id, creator_id from tantieme.break_creators where period = '2026-02' order by break_id, creator_id`,
  );
  const creatorsOf = (movement: string) =>
    concerned.filter(({ break_id }) => String(break_id).startsWith(`${movement}:tr_`)).map((row) => row.creator_id);
  expect([creatorsOf('transfer'), creatorsOf('transfer_reversal')]).toEqual([['cr_ada'], ['cr_ada', 'cr_ben']]);
  expect(await book()).toEqual([1, 1]);
  expect(await reported('Payout Sent')).toEqual(['cr_ada 35.00 acct_ada', 'cr_ada 2.50 acct_ada']);
  expect(await reported('Payout Reversed')).toEqual(['cr_ada 20.00 acct_ada']);
});

test('an account that was reported only later is of its creator if that has a share in the sale, otherwise of nobody', async () => {
  const { stripe, services } = harness;
  const usd = { currency: 'usd', created_at_ms: at('03') };
  stripe.account({ id: 'acct_late', country: 'US', transfers_enabled: true, payouts_enabled: true, ...usd });
  for (const id of ['ch_own', 'ch_other', 'ch_unknown'])
    stripe.charge({ id, amount_minor: 40_00, destination: { account: 'acct_late' }, ...usd });
  await pullAt('2026-02-06T04:00:00.000Z');
  // As if these charges had paid two sales of January.
  const paid = 'update raw.license_purchased set charge_id_stripe = $1 where sale_id = $2';
  await services.warehouse.transaction(async (writer) => {
    await writer.query(paid, ['ch_own', 'sale_ben_0']);
    await writer.query(paid, ['ch_other', 'sale_cai_0']);
  });
  await harness.recordEvents(accountUpdated('ben', { account: 'acct_late', at: '2026-02-05T22:00:00.000Z' }));
  await harness.run(loadEvents);
  expect(await book()).toEqual([1, 0]);
  expect(await reported('Payout Sent')).toEqual(['cr_ben 40.00 acct_late']);
});
