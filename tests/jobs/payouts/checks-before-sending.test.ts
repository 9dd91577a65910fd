import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { creatorKycCompleted } from '../../../ingest/events/creators.ts';
import { disputeOpened } from '../../../ingest/events/sales.ts';
import { approvePayouts } from '../../../jobs/payouts/approve-payouts.ts';
import { planPayouts } from '../../../jobs/payouts/plan-payouts.ts';
import { previewOf } from '../../../jobs/payouts/preview.ts';
import { statusOf } from '../../../jobs/payouts/status.ts';
import { runJob } from '../../../jobs/run-job.ts';
import { Unavailable } from '../../../warehouse/errors.ts';
import { parsePeriod } from '../../../warehouse/period.ts';
import { catalogueEvent, type Message } from '../../ingest/load/receipts.ts';
import { accountUpdated } from '../january.ts';
import { ApprovedPayouts, payoutOf } from './approved-payouts.ts';

const JANUARY = parsePeriod('2026-01');
const ENABLED = { transfers_enabled: true, payouts_enabled: true };
const AT = '2026-02-02T04:30:00.000Z';

/** What becomes known of each creator after the approval. */
const LATER: readonly Message[] = [
  catalogueEvent(creatorKycCompleted, AT, { creator_id: 'cr_ada', kyc_status: 'rejected' }),
  catalogueEvent(disputeOpened, AT, {
    ...{ dispute_id: 'dis_ben', sale_id: 'sale_ben_0', developer_id: 'dev_x', amount: '10.00', tax_amount: '0' },
    ...{ currency: 'USD', dispute_id_stripe: 'dp_ben' },
  }),
  accountUpdated('cai', { account: 'acct_cai_2', at: AT }),
];

let payouts: ApprovedPayouts;
beforeAll(async () => {
  payouts = await ApprovedPayouts.open();
});
afterAll(() => payouts[Symbol.asyncDispose]());

const moved = (change: { country?: string; default_currency?: string }): void =>
  payouts.harness.stripe.changeAccount({ id: 'acct_ada', ...ENABLED, ...change });

/** The rows of a table after nothing was planned: none. */
const planned = async () => [
  ...(await payouts.operational.selectFrom('payout_batches').select('batch_id').execute()),
  ...(await payouts.operational.selectFrom('payout_line_accounts').select('payout_id').execute()),
];

describe('the accounts of a plan', () => {
  beforeEach(() => payouts.begin());

  test('the country and currency of each account are part of what is approved', async () => {
    await payouts.harness.run(planPayouts, '2026-01');
    const before = await previewOf(payouts.harness.services, JANUARY);
    expect(before.payouts.find(({ creator_id }) => creator_id === 'cr_ada')).toMatchObject({
      ...{ account_id_stripe: 'acct_ada', account_country: 'DE', account_currency: 'EUR' },
    });
    await payouts.begin();
    moved({ default_currency: 'usd' });
    await payouts.harness.run(planPayouts, '2026-01');
    const after = await previewOf(payouts.harness.services, JANUARY);
    expect(after.approval_hash).not.toBe(before.approval_hash);
    expect(after.totals).toEqual(before.totals);
    const services = payouts.harness.services;
    const options = { hash: before.approval_hash };
    await expect(runJob(services, { job: approvePayouts, period: JANUARY, startedBy: 'ben', options })).rejects.toThrow(
      /no longer what/,
    );
  });

  test('an account that Stripe does not have is not planned; all others are', async () => {
    payouts.harness.stripe.deleteAccount('acct_ada');
    expect(await payouts.harness.run(planPayouts, '2026-01')).toMatchObject({ payouts: 2, skipped: 1 });
    expect(await payouts.line('cr_ada')).toMatchObject({ reason: 'payout_account_missing', body: null });
  });

  test("a balance below Stripe's minimum for the account's country is carried forward; all others are planned", async () => {
    const minimum = { country: 'SM', currency: 'USD', minimum_minor: 79_99n };
    const seed = (text: string) =>
      payouts.harness.services.warehouse.transaction((writer) => writer.query(text, [...Object.values(minimum)]));
    await seed('insert into seeds.stripe_payout_minimums (country, currency, minimum_minor) values ($1, $2, $3)');
    for (const name of ['ada', 'ben', 'cai'])
      payouts.harness.stripe.changeAccount({ id: `acct_${name}`, ...ENABLED, country: 'SM' });
    expect(await payouts.harness.run(planPayouts, '2026-01')).toMatchObject({ payouts: 2, skipped: 1 });
    expect((await previewOf(payouts.harness.services, JANUARY)).not_paid).toMatchObject([
      { reason: 'below_stripe_minimum', meaning: expect.stringMatching(/it is carried forward\.$/), balance_count: 1 },
    ]);
    expect(await payouts.line('cr_ben')).toMatchObject({ reason: 'below_stripe_minimum', amount_minor: 0n });
    await seed('delete from seeds.stripe_payout_minimums where country = $1 and currency = $2 and minimum_minor = $3');
  });

  test('without an API key nothing is planned', async () => {
    const services = { ...payouts.harness.services, stripe: undefined };
    await expect(runJob(services, { job: planPayouts, period: JANUARY, startedBy: 'ada' })).rejects.toThrow(
      new Unavailable(
        'The payouts of 2026-01 cannot be planned without an API key of Stripe: the country and currency of each account are approved with its amount; set STRIPE_API_KEY.',
      ),
    );
    expect(await planned()).toEqual([]);
  });

  test('while Stripe does not answer nothing is planned, and afterwards everything', async () => {
    payouts.harness.faults(({ path }) => (path === '/v1/accounts/acct_cai' ? 'drop_before' : undefined));
    await expect(payouts.harness.run(planPayouts, '2026-01')).rejects.toThrow(
      /^The payouts of 2026-01 were not planned\. The account acct_cai could not be read: .*; try again, or correct STRIPE_API_KEY if Stripe refuses the key\.$/,
    );
    expect(await planned()).toEqual([]);
    payouts.harness.faults(() => undefined);
    expect(await payouts.harness.run(planPayouts, '2026-01')).toMatchObject({ payouts: 3 });
  });
});

describe('the account right before an intent', () => {
  beforeEach(() => payouts.approve());

  test.each([
    [{ country: 'FR' }, 'The country of the account acct_ada is FR; it was DE at the approval.'],
    [{ default_currency: 'usd' }, 'The default currency of the account acct_ada is USD; it was EUR at the approval.'],
  ])('an account with another %o holds its payout until it is as it was approved', async (change, sentence) => {
    moved(change);
    expect(await payouts.send()).toMatchObject({ sent: 2, waiting: 1, on_hold: 1 });
    expect(await payouts.log('cr_ada')).toEqual(['held payout_account_changed']);
    const held = payouts.operational.selectFrom('payout_log').select('detail').where('state', '=', 'held');
    expect(await held.executeTakeFirst()).toEqual({ detail: sentence });
    moved({ country: 'DE', default_currency: 'eur' });
    expect(await payouts.send()).toMatchObject({ sent: 3, waiting: 0 });
    await payouts.eachSentOnce();
  });

  test('what is stored of an account cannot be edited, and whoever does so all the same holds the payout', async () => {
    const { operational } = payouts;
    const edit = operational.updateTable('payout_line_accounts').set({ country: 'FR' });
    await expect(edit.execute()).rejects.toThrow('What was approved of the account of a payout is not changed.');
    moved({ country: 'FR' });
    await operational.connection().execute(async (connection) => {
      await sql`set session_replication_role = replica`.execute(connection);
      const ofAda = connection.updateTable('payout_line_accounts').where('payout_id', '=', payoutOf('cr_ada'));
      await ofAda.set({ country: 'FR' }).execute();
      await sql`set session_replication_role = origin`.execute(connection);
    });
    expect(await payouts.send()).toMatchObject({ sent: 2, waiting: 1, on_hold: 1 });
    expect(await payouts.log('cr_ada')).toEqual(['held changed_after_approval']);
  });
});

// The last one, because its events stay in the warehouse.
test('a rejected identity, a dispute and a replaced account after the approval hold their payouts, each with its reason', async () => {
  await payouts.approve();
  payouts.harness.setTime('2026-02-02T05:00:00.000Z');
  await payouts.harness.recordEvents(...LATER);
  expect(await payouts.send()).toMatchObject({ sent: 0, waiting: 3, on_hold: 3 });
  const status = await statusOf(payouts.harness.services, 'batch_2026-01');
  expect(Object.fromEntries(status.map(({ creator_id, state, reason }) => [creator_id, [state, reason]]))).toEqual({
    cr_ada: ['held', 'identity_not_verified'],
    cr_ben: ['held', 'dispute_open'],
    cr_cai: ['held', 'payout_account_changed'],
  });
  expect(status.find(({ creator_id }) => creator_id === 'cr_ben')?.last_reason).toContain('dis_ben');
  expect(payouts.harness.stripe.transfers()).toEqual([]);
});
