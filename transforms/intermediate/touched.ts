import type { Model, Within } from '../engine/model.ts';
import { stgRudderDisputes } from '../staging/stg_rudder__disputes.ts';
import { stgRudderPayoutReversals } from '../staging/stg_rudder__payout_reversals.ts';
import { stgRudderPayouts } from '../staging/stg_rudder__payouts.ts';
import { stgRudderRefunds } from '../staging/stg_rudder__refunds.ts';
import { stgRudderSales } from '../staging/stg_rudder__sales.ts';
import { stgRudderUsageInvoices } from '../staging/stg_rudder__usage_invoices.ts';
import { stgStripeBalanceTransactions } from '../staging/stg_stripe__balance_transactions.ts';
import { stgStripeCharges } from '../staging/stg_stripe__charges.ts';
import { stgStripeDisputes } from '../staging/stg_stripe__disputes.ts';
import { stgStripePayouts } from '../staging/stg_stripe__payouts.ts';
import { stgStripeRefunds } from '../staging/stg_stripe__refunds.ts';
import { stgStripeTopups } from '../staging/stg_stripe__topups.ts';
import { stgStripeTransferReversals } from '../staging/stg_stripe__transfer_reversals.ts';
import { stgStripeTransfers } from '../staging/stg_stripe__transfers.ts';
import { intTouchedFacts } from './int_touched_facts.ts';
import { intTouchedObjects } from './int_touched_objects.ts';
import { intTouchedTransactions } from './int_touched_transactions.ts';

/** What a comparison of a period reads of our reports and of Stripe's records: all of what has a movement in the period, in whatever month. */

export const TOUCHED_OBJECTS: readonly Within[] = [
  stgStripeCharges,
  stgStripeRefunds,
  stgStripeDisputes,
  stgStripeTransfers,
  stgStripeTransferReversals,
  stgStripePayouts,
  stgStripeTopups,
].map((view) => ({ view, column: 'id_stripe', ids: intTouchedObjects, isOfPeriod: true }));

export const TOUCHED_TRANSACTIONS: readonly Within[] = [
  { view: stgStripeBalanceTransactions, column: 'id_stripe', ids: intTouchedTransactions, isOfPeriod: true },
];

const facts = (view: Model, column: Within['column']): Within => ({
  view,
  column,
  ids: intTouchedFacts,
  isOfPeriod: true,
});

export const TOUCHED_FACTS: readonly Within[] = [
  facts(stgRudderSales, 'sale_id'),
  facts(stgRudderUsageInvoices, 'invoice_id'),
  facts(stgRudderRefunds, 'refund_id'),
  facts(stgRudderDisputes, 'dispute_id'),
  facts(stgRudderPayouts, 'payout_id'),
  facts(stgRudderPayoutReversals, 'reversal_id_stripe'),
];
