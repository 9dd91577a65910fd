import { afterAll, beforeAll, expect, test } from 'vitest';
import { creatorKycCompleted } from '../../../ingest/events/creators.ts';
import { disputeOpened } from '../../../ingest/events/sales.ts';
import { statusOf } from '../../../jobs/payouts/status.ts';
import { catalogueEvent, type Message } from '../../ingest/load/receipts.ts';
import { accountUpdated } from '../january.ts';
import { ApprovedPayouts } from './approved-payouts.ts';

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
  await payouts.approve();
});
afterAll(() => payouts[Symbol.asyncDispose]());

test('a rejected identity, a dispute and a replaced account after the approval hold their payouts, each with its reason', async () => {
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
